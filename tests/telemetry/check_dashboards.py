#!/usr/bin/env python3
"""Whether the dashboard and the rules under deploy/ ask for what the program really shows.

usage: check_dashboards.py PATH/TO/emojiscope

Runs the bot beside the local Slack, lets a few things happen, and looks at its pages:
- promtool takes the page of metrics, the rules, and the tests of the rules;
- each metric that the dashboard or a rule names is on the page, with the labels that are asked for,
  and each metric of ours is on the dashboard;
- what happened was counted, and no token, id or text of anybody is shown;
- /healthz and /readyz say how the bot does, also while Slack is away;
- a port that is in use ends the program with one clear line.

Uses loopback only. Exit status 0 if all of that holds, 77 without promtool.
"""
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import yaml

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/crash"))
import crash  # noqa: E402
from crash import check  # noqa: E402

PROMTOOLS = ["/opt/emojiscope/promtool-2.42/usr/bin/promtool", "promtool"]
DASHBOARD = TOP / "deploy/grafana/emojiscope.json"
RULES = TOP / "deploy/prometheus/alerts.yaml"
WITHIN_S = 120
# What Prometheus adds to every sample, and what a histogram has by itself.
LABELS_OF_ALL = {"job", "instance", "le"}
QUERY = "zanzibar quokka"


def until(condition, what: str):
    ends = time.monotonic() + WITHIN_S
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > ends:
            raise RuntimeError(f"{what}: not within {WITHIN_S} s")
        time.sleep(0.05)


class Pages:
    def __init__(self, port: int):
        self.base = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> tuple[int, str]:
        """Status 0: nobody answers."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError as away:
            return 0, str(away)

    def value(self, series: str) -> float:
        page = "\n" + self.get("/metrics")[1]
        found = re.search("\n" + re.escape(series) + " (.*)", page)
        return float(found.group(1)) if found else -1.0


class Shown:
    """The metrics on a page: the labels of each, by the names under which one asks for them."""

    def __init__(self, page: str):
        self.labels: dict[str, set[str]] = {}
        self.families: dict[str, str] = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
        for name, labels in re.findall(r"^([a-zA-Z_]\w*)(?:\{(.*)\})? [^ ]+$", page, re.M):
            self.labels.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))

    def complaints(self, expression: str) -> list[str]:
        """What is wrong with a query; nothing if it can be answered."""
        bare = re.sub(r'"[^"]*"', '""', expression)
        names = set(re.findall(r"\b(?:emojiscope|process)_\w+", bare))
        wrong = [f"{name} is not shown" for name in sorted(names - self.labels.keys())]
        known = set(LABELS_OF_ALL).union(*(self.labels.get(name, set()) for name in names))
        for name, matchers in re.findall(r"\b(\w+)\{([^}]*)\}", bare):
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers):
                if label not in self.labels.get(name, set()) | LABELS_OF_ALL:
                    wrong.append(f"{name} has no label {label}")
        for labels in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", bare):
            wrong += [f"nothing has the label {label}" for label in re.findall(r"\w+", labels)
                      if label not in known]
        return wrong


def queries_of_dashboard(part) -> list[str]:
    """All that Grafana would send to Prometheus."""
    if isinstance(part, list):
        return [query for one in part for query in queries_of_dashboard(one)]
    if not isinstance(part, dict):
        return []
    own = [part[key] for key in ("expr", "query") if isinstance(part.get(key), str)
           and part[key] != "prometheus"]
    return own + [query for one in part.values() for query in queries_of_dashboard(one)]


def queries_of_rules() -> list[str]:
    return [rule["expr"] for group in yaml.safe_load(RULES.read_text())["groups"]
            for rule in group["rules"]]


def judge_promtool(promtool: str, work: pathlib.Path) -> None:
    # As rules, for promtool knows no dashboards; with something in the place of Grafana's variables.
    queries = [re.sub(r"\$__\w+", "5m", query) for query in queries_of_dashboard(
        json.loads(DASHBOARD.read_text())) if not query.startswith("label_values(")]
    recording = [{"record": f"query_{i}", "expr": query} for i, query in enumerate(queries)]
    dashboard = work / "dashboard.yaml"
    dashboard.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recording}]}))
    for what, arguments in (("rules", ["check", "rules", str(RULES)]),
                            ("queries of the dashboard", ["check", "rules", str(dashboard)]),
                            ("tests of the rules",
                             ["test", "rules", str(RULES.with_name("alerts_test.yaml"))]),
                            ("example of a configuration",
                             ["check", "config", "--syntax-only",
                              str(RULES.with_name("scrape.yaml"))])):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True)
        check(f"promtool takes the {what}", done.returncode == 0,
              (done.stdout + done.stderr).strip().replace("\n", "; ")[-600:])


def judge_names(page: str) -> None:
    shown = Shown(page)
    dashboard = queries_of_dashboard(json.loads(DASHBOARD.read_text()))
    for where, queries in (("the dashboard asks", dashboard), ("rules ask", queries_of_rules())):
        wrong = [f"{query}: {complaint}" for query in queries
                 for complaint in shown.complaints(query)]
        check(f"what {where} for is shown", bool(queries) and not wrong,
              f"{len(queries)} queries; {wrong[:3]}")
    asked = " ".join(dashboard)
    unseen = [name for name in shown.families if name.startswith("emojiscope_")
              and not re.search(rf"\b{name}(_bucket|_sum|_count)?\b", asked)]
    check("each metric is on the dashboard", not unseen, str(unseen))
    # The check itself must be able to complain.
    check("a metric that is not shown would be found",
          bool(shown.complaints("rate(emojiscope_no_such_total[5m])"))
          and bool(shown.complaints('emojiscope_queue_items{quue="inbox"}'))
          and bool(shown.complaints("sum by (quue) (emojiscope_queue_items)")), "three of them")


def judge_secrets(page: str, slack: crash.Slack) -> None:
    secrets = [slack.settings["SLACK_BOT_TOKEN"], slack.settings["SLACK_APP_TOKEN"], "xoxb-",
               "xapp-", QUERY, QUERY.split()[0], "first_emoji", "second_emoji"]
    check("the page shows nothing of anybody's",
          not [secret for secret in secrets if secret in page]
          and not re.search(r'"[UTCDW][0-9][A-Z0-9]{5,}"', page), f"{len(page)} bytes")


def judge_log(log: pathlib.Path) -> None:
    lines = [line for line in log.read_text().splitlines() if " event key=" in line]
    found = {what: [line for line in lines if f" what={what} " in line]
             for what in ("query", "emoji_added")}
    check("each event has its line in the log",
          len(found["query"]) == 1 and len(found["emoji_added"]) == 1
          and " emoji=second_emoji " in found["emoji_added"][0]
          and all(" outcome=done attempts=1 waited_ms=" in line for line in lines),
          str(lines[:3]))
    check("what people type is not in the log", QUERY.split()[0] not in log.read_text(), "")


def judge_taken_port(program: str, work: pathlib.Path, environment: dict) -> None:
    done = subprocess.run([program, "--config", str(work / "config.yaml"), "--data",
                           str(work / "other"), "serve"], env=environment, capture_output=True,
                          text=True, timeout=WITHIN_S)
    errors = [line for line in done.stderr.splitlines() if "cannot be served" in line]
    check("a port that is in use ends the program with one line",
          done.returncode == 1 and len(errors) == 1 and "status.port" in errors[0],
          f"status {done.returncode}: {done.stderr.strip()[-300:]}")


def happen(slack: crash.Slack, pages: Pages) -> None:
    """A query that is answered, and an upload that repeats another one and is told of."""
    command = slack.post("/sim/command", {"text": QUERY})["id"]
    state = slack.get(f"/sim/command?id={command}&wait_ms=60000")
    check("a command is answered", state["answered"], str(state)[:200])
    slack.post("/sim/emoji?name=second_emoji", crash.picture(random.Random(1)))
    for series in ('emojiscope_command_seconds_count{command="query"}',
                   'emojiscope_envelopes_received_total{type="slash_commands"}',
                   'emojiscope_items_total{kind="slash_commands",outcome="done",queue="inbox"}',
                   'emojiscope_items_total{kind="respond",outcome="done",queue="outbox"}',
                   'emojiscope_slack_calls_total{method="response_url",result="ok"}',
                   'emojiscope_duplicate_checks_total{found="identical"}',
                   'emojiscope_alerts_total{kind="identical"}',
                   'emojiscope_slack_calls_total{method="chat.postMessage",result="ok"}',
                   "emojiscope_acknowledgement_seconds_count",
                   'emojiscope_downloads_total{result="ok"}', "emojiscope_downloaded_bytes_total",
                   'emojiscope_embedding_seconds_count{what="images"}',
                   "emojiscope_embedded_pictures_total", "emojiscope_text_reading_seconds_count",
                   "emojiscope_sync_seconds_count", "emojiscope_last_sync_timestamp_seconds",
                   'emojiscope_sync_emoji_total{result="learnt"}', "emojiscope_connected",
                   "emojiscope_sockets_open", "process_resident_memory_bytes"):
        until(lambda: pages.value(series) > 0, f"{series} is more than 0")
    until(lambda: pages.value("emojiscope_emoji") == 2, "both emoji are counted")
    check("what happened is counted", True, "commands, calls, an alert, a sync, the model")


def judge_away(slack: crash.Slack, pages: Pages) -> None:
    slack.post("/sim/cut", {"for_ms": 3000})
    said = until(lambda: pages.get("/readyz")[0] == 503 and pages.get("/readyz"), "not ready")
    check("while Slack is away it is not ready, and well all the same",
          pages.get("/healthz") == (200, "ok\n"), str(said))
    until(lambda: pages.get("/readyz")[0] == 200, "ready again")
    lost = pages.value('emojiscope_reconnects_total{reason="lost"}')
    check("that is counted", lost >= 1, f"{lost} sockets lost")


def run(program: str, promtool: str, work: pathlib.Path) -> None:
    judge_promtool(promtool, work)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (work / "config.yaml").write_text(f"log_level: info\nstatus: {{port: {port}}}\n")
    pages = Pages(port)
    with open(work / "slack.log", "w") as slack_log, open(work / "bot.log", "w") as bot_log:
        slack = crash.Slack(program, slack_log)
        environment = {**os.environ, **slack.settings, "HOME": str(work)}
        slack.post("/sim/emoji?name=first_emoji&silent=1", crash.picture(random.Random(1)))
        bot = subprocess.Popen([program, "--config", str(work / "config.yaml"), "--data",
                                str(work / "data"), "serve"], env=environment, stdout=bot_log,
                               stderr=bot_log)
        try:
            until(lambda: bot.poll() is not None or pages.get("/readyz")[0] == 200, "ready")
            check("a bot that is well says so", pages.get("/healthz") == (200, "ok\n")
                  and pages.get("/readyz") == (200, "ok\n"), str(pages.get("/readyz")))
            happen(slack, pages)
            page = pages.get("/metrics")[1]
            done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True,
                                  text=True)
            check("promtool takes the page of metrics",
                  done.returncode == 0 and not done.stderr.strip(), done.stderr.strip()[-600:])
            judge_names(page)
            judge_secrets(page, slack)
            judge_log(work / "bot.log")
            judge_taken_port(program, work, environment)
            judge_away(slack, pages)
        finally:
            bot.terminate()
            try:
                status = bot.wait(timeout=30)
            except subprocess.TimeoutExpired:
                bot.kill()
                status = bot.wait()
            slack.stop()
    check("it ends when asked to", status == 0, f"status {status}")
    if crash.failures:
        print((work / "bot.log").read_text()[-4000:])


def main() -> int:
    promtool = next((found for name in PROMTOOLS if (found := shutil.which(name))), None)
    if promtool is None:
        print("SKIP: there is no promtool (see deploy/install-deps.sh)")
        return 77
    with tempfile.TemporaryDirectory() as work:
        run(sys.argv[1], promtool, pathlib.Path(work))
    return 1 if crash.failures else 0


if __name__ == "__main__":
    sys.exit(main())
