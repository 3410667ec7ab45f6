#!/usr/bin/python3
"""What compose.yaml and the Dockerfile promise, and that run-time packages are named in one place.

    test_files.py BUILD_FOLDER/CPackConfig.cmake
"""
import pathlib
import re
import sys
import unittest

import yaml

top = pathlib.Path(__file__).resolve().parents[2]
deploy = top / "deploy"
cpack_config = pathlib.Path(sys.argv.pop())


def runtime_packages():
    lines = (deploy / "runtime-packages.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def instructions():
    """The Dockerfile's: [(word, rest)], comments dropped and continued lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (deploy / "Dockerfile").read_text())
    text = re.sub(r"\\\n\s*", " ", text)
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


class Service(unittest.TestCase):
    def setUp(self):
        lines = (deploy / "emojiscope.service").read_text().splitlines()
        self.settings = [line.split("=", 1) for line in lines if re.match(r"\w+=", line)]

    def values(self, key):
        return [value for name, value in self.settings if name == key]

    def test_tokens_come_as_credentials_which_the_configuration_names(self):
        config = yaml.safe_load((deploy / "config.yaml").read_text())
        place = "/run/credentials/emojiscope.service"
        self.assertEqual(self.values("LoadCredential"),
                         [f"{name}:/etc/emojiscope/{name}" for name in ("bot_token", "app_token")])
        self.assertEqual([config["slack"][f"{name}_file"] for name in ("bot_token", "app_token")],
                         [f"{place}/bot_token", f"{place}/app_token"])
        self.assertEqual(self.values("Environment"), [])

    def test_its_memory_goes_nowhere(self):
        self.assertEqual(self.values("LimitCORE"), ["0"])
        self.assertEqual(self.values("NoNewPrivileges"), ["yes"])
        self.assertEqual(self.values("CapabilityBoundingSet"), [""])

    def test_it_is_told_to_read_its_configuration_again(self):
        self.assertEqual(self.values("ExecReload"), ["/bin/sh -c 'kill -HUP $MAINPID'"])


class Documents(unittest.TestCase):
    def test_what_security_md_names_is_there(self):
        text = (top / "SECURITY.md").read_text()
        named = set(re.findall(r"`((?:src|include|deploy|tests|cmake|models)/[^`\s]+)`", text))
        self.assertGreater(len(named), 20)
        self.assertEqual([name for name in sorted(named) if not (top / name).exists()], [])


class Compose(unittest.TestCase):
    def setUp(self):
        self.compose = yaml.safe_load((deploy / "compose.yaml").read_text())
        self.service = self.compose["services"]["emojiscope"]

    def test_it_has_no_rights_to_lose(self):
        self.assertIs(self.service["read_only"], True)
        self.assertEqual(self.service["cap_drop"], ["ALL"])
        self.assertEqual(self.service["security_opt"], ["no-new-privileges:true"])
        self.assertRegex(self.service["user"], r"^[1-9][0-9]*:[1-9][0-9]*$")
        for loose in ("privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "ports"):
            self.assertNotIn(loose, self.service)

    def test_only_data_and_tmp_can_be_written(self):
        self.assertEqual([mount.split(":")[0] for mount in self.service["tmpfs"]], ["/tmp"])
        named = [v for v in self.service["volumes"] if isinstance(v, str)]
        self.assertEqual(named, ["data:/var/lib/emojiscope"])
        self.assertIn("data", self.compose["volumes"])
        for mount in self.service["volumes"]:
            if not isinstance(mount, str):
                self.assertIs(mount["read_only"], True)

    def test_tokens_are_secrets_from_files(self):
        self.assertEqual(sorted(self.service["secrets"]), ["app_token", "bot_token"])
        for name in self.service["secrets"]:
            self.assertTrue(self.compose["secrets"][name]["file"].startswith("./local/"))
        self.assertNotIn("environment", self.service)
        for ignored in (top / ".gitignore", deploy / "Dockerfile.dockerignore"):
            self.assertIn("deploy/local", ignored.read_text())

    def test_it_is_the_user_of_the_image(self):
        users = [rest for word, rest in instructions() if word == "USER"]
        self.assertEqual(users, [self.service["user"]])

    def test_a_stop_may_take_as_long_as_under_systemd(self):
        unit = (deploy / "emojiscope.service").read_text()
        self.assertIn(f"\nTimeoutStopSec={self.service['stop_grace_period']}\n", unit)


class Dockerfile(unittest.TestCase):
    def setUp(self):
        steps = instructions()
        starts = [at for at, step in enumerate(steps) if step[0] == "FROM"]
        self.assertEqual(len(starts), 2)
        self.build = steps[:starts[1]]
        self.final = steps[starts[1]:]

    def test_both_stages_are_debian_12(self):
        self.assertEqual(self.build[0], ("FROM", "debian:12 AS build"))
        self.assertEqual(self.final[0], ("FROM", "debian:12"))

    def test_the_final_stage_installs_the_package_and_what_it_depends_on(self):
        runs = " ; ".join(rest for word, rest in self.final if word == "RUN")
        installed = re.findall(r"apt-get install ([^;&|]*)", runs)
        self.assertEqual(len(installed), 1)
        names = [word for word in installed[0].split() if not word.startswith("-")]
        self.assertEqual(names, ["/tmp/emojiscope.deb"])

    def test_nothing_runs_as_root_in_the_end(self):
        words = [word for word, rest in self.final]
        self.assertGreater(words.index("USER"), max(i for i, w in enumerate(words) if w == "RUN"))

    def test_what_it_copies_is_there(self):
        for word, rest in self.build:
            if word == "COPY":
                for source in rest.split()[:-1]:
                    self.assertTrue((top / source).exists(), source)


class RuntimePackages(unittest.TestCase):
    def test_the_package_depends_on_them(self):
        found = re.search(r'set\(CPACK_DEBIAN_PACKAGE_DEPENDS "([^"]*)"\)', cpack_config.read_text())
        depends = found.group(1).split(", ")
        self.assertEqual(sorted(depends), sorted(runtime_packages() + ["adduser"]))

    def test_install_deps_takes_them_from_the_list_alone(self):
        script = (deploy / "install-deps.sh").read_text()
        self.assertIn("runtime-packages.txt", script)
        build = re.search(r"(?s)build_packages=\((.*?)\n\)", script).group(1)
        words = re.sub(r"#.*", "", build).split()
        self.assertEqual(set(words) & set(runtime_packages()), set())


if __name__ == "__main__":
    unittest.main()
