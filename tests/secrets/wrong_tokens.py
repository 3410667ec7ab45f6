"""Commands with tokens and passwords that are wrong: one line says why, and shows none of them."""
from needles import needle
from rig import LONGEST_LINE, Rig, check

SECRET = "notforeyes7431"


def judge_wrong_tokens(programs: Rig) -> None:
    slack, folder = programs.slack("wrong_tokens"), programs.work / "wrong_tokens"
    folder.mkdir()
    good = slack.settings
    bot, app = f"xoxb-{SECRET}", f"xapp-{SECRET}"
    token = folder / "token"
    token.write_text(f"SLACK_BOT_TOKEN={bot}\n")
    opened = folder / "opened"
    opened.write_text(bot + "\n")
    opened.chmod(0o644)
    absent = {"SLACK_BOT_TOKEN": ""}
    password = f"user:{SECRET}@"
    cases = [  # what, command, configuration, environment, a word of the line
        ("a bot token that is refused", "sync", "", {"SLACK_BOT_TOKEN": bot}, "invalid_auth"),
        ("an app-level token that is refused", "serve", "", {"SLACK_APP_TOKEN": app},
         "apps.connections.open"),
        ("tokens that are exchanged", "serve", "",
         {"SLACK_BOT_TOKEN": app, "SLACK_APP_TOKEN": bot}, "exchanged"),
        ("an app-level token for the bot token", "sync", "", {"SLACK_BOT_TOKEN": app},
         "app-level token (xapp-…)"),
        ("a user's token", "sync", "", {"SLACK_BOT_TOKEN": f"xoxp-{SECRET}"}, "user (xoxp-…)"),
        ("no token at all", "sync", "", {"SLACK_BOT_TOKEN": SECRET}, "does not look like xoxb-…"),
        ("a token and more", "sync", "", {"SLACK_BOT_TOKEN": f"{bot} {SECRET}"}, "more than"),
        ("a file that holds no token", "sync", f"slack: {{bot_token_file: {token}}}", absent,
         "slack.bot_token_file"),
        ("a file that others may read", "sync", f"slack: {{bot_token_file: {opened}}}", absent,
         "chmod 600"),
        ("a token in place of a file", "sync", f"slack: {{bot_token_file: {bot}}}", absent,
         "holds a token"),
        ("a token under a key of its own", "sync", f"slack: {{bot_token: {bot}}}", absent,
         "did you mean 'bot_token_file'"),
        ("a token in YAML that is broken", "sync", f"slack: {{bot_token: {bot}", absent, "line"),
        ("a proxy that is none", "sync", f"slack: {{proxy: 'http://{password}:x'}}", {},
         "'slack.proxy'"),
        ("a proxy that is not there", "sync", f"slack: {{proxy: 'http://{password}127.0.0.1:1'}}",
         {}, "proxy"),
        ("a proxy of the environment that is none", "sync", "",
         {"http_proxy": f"http://{password}:x", "no_proxy": ""}, "http_proxy"),
        ("a password in the URL of the Web API", "sync", "",
         {"EMOJISCOPE_SLACK_API_URL": f"https://{password}slack.com/api/{SECRET}"}, "user name"),
    ]
    calls = []
    for number, (_, command, content, environment, _) in enumerate(cases):
        config = folder / f"config_{number}.yaml"
        config.write_text("log_level: debug\n" + content + "\n")
        calls.append((("--config", config, "--data", folder / f"data_{number}", command),
                      {"settings": {**good, **environment}}))
    secret = needle("the secret", SECRET)
    for (what, _, _, _, word), done in zip(cases, programs.run_all(calls)):
        said = done.stdout + done.stderr
        last = said.splitlines()[-1] if said else ""
        good_end = (done.returncode == 1 and last.startswith("emojiscope: ") and word in said
                    and len(last) <= LONGEST_LINE)
        shown = secret.found_in(said.encode())
        check(f"{what} is told in a line, and not shown", good_end and not shown,
              f"status {done.returncode}: {last[:300]}")
