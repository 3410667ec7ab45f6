"""What must not be found, in every form in which it could be written down, and where it is looked for."""
import base64
import dataclasses
import pathlib
import re
import sqlite3
import urllib.parse


def base64_forms(secret: bytes) -> set[bytes]:
    """As it looks inside longer text: it may begin at any of three places of a group of letters."""
    forms = set()
    for offset in range(3):
        letters = base64.b64encode(b"\0" * offset + secret).rstrip(b"=")
        first = (0, 2, 3)[offset]
        last = len(letters) - (1 if (offset + len(secret)) % 3 else 0)
        inside = letters[first:last]
        forms |= {inside, inside.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


def forms_of(secret: str) -> list[bytes]:
    raw = secret.encode()
    percent = "".join(f"%{byte:02x}" for byte in raw).encode()
    return sorted({raw, percent, urllib.parse.quote(secret, safe="").encode(),
                   raw.replace(b"-", b"%2d"), raw.hex().encode(), secret.encode("utf-16-le"),
                   *base64_forms(raw)})


@dataclasses.dataclass(frozen=True)
class Needle:
    what: str
    pattern: re.Pattern

    def found_in(self, content: bytes) -> bytes | None:
        """What was found, with a little of what stands around it."""
        match = self.pattern.search(content)
        return content[max(0, match.start() - 60):match.end() + 20] if match else None


def needle(what: str, *secrets: str) -> Needle:
    forms = [re.escape(form) for secret in secrets for form in forms_of(secret)]
    return Needle(what, re.compile(b"|".join(forms), re.IGNORECASE))


RESPONSE_URL = Needle("a response_url", re.compile(rb"/response/\w|hooks\.slack\.com"))
TICKET = Needle("a ticket of a socket", re.compile(rb"ticket=|/link/?\?"))
PRIVATE_FILE = Needle("the URL of a private file or of an upload",
                      re.compile(rb"/files-pri/|/upload/v1/"))


def prove_needles() -> list[str]:
    """Which of them would be missed; none should."""
    secret = "xoxb-fake-0123456789"
    one, missed = needle("a token", secret), []
    wraps = {"plain": secret.encode(), "capitals": secret.upper().encode(),
             "percent": secret.replace("-", "%2D").encode(),
             "each letter percent-encoded": "".join(f"%{b:02X}" for b in secret.encode()).encode(),
             "UTF-16": secret.encode("utf-16-le"), "hex": secret.encode().hex().encode()}
    for length in range(6):
        for more in (b"", b"!", b"!?"):
            wraps[f"base64 after {length}, before {len(more)}"] = base64.b64encode(
                b"A" * length + secret.encode() + more)
    missed += [how for how, content in wraps.items()
               if not one.found_in(b"before " + content + b" after")]
    if one.found_in(b"xoxb-fake-012345678") or one.found_in(b"nothing at all"):
        missed.append("found where it is not")
    samples = {RESPONSE_URL: [b"http://127.0.0.1:1/response/abc",
                              b"https://hooks.slack.com/commands/T1/2/3"],
               TICKET: [b"ws://127.0.0.1:1/link/?ticket=abc", b"wss://host/link?x=1"],
               PRIVATE_FILE: [b"http://host/files-pri/T1-F1/a.png", b"http://host/upload/v1/F1"]}
    missed += [f"{one.what}: {text!r}" for one, texts in samples.items() for text in texts
               if not one.found_in(text)]
    return missed


def rows_of(connection: sqlite3.Connection) -> dict[str, bytes]:
    """All that a database says, table by table."""
    connection.text_factory = bytes
    tables = [name.decode() for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {f"the table {table}": b"\n".join(
        value if isinstance(value, bytes) else str(value).encode()
        for row in connection.execute(f'SELECT * FROM "{table}"') for value in row)
        for table in tables}


def contents(folder: pathlib.Path) -> dict[pathlib.Path, bytes]:
    """Every file below; one that went meanwhile is left out."""
    found = {}
    for file in sorted(folder.rglob("*")):
        try:
            if file.is_file():
                found[file] = file.read_bytes()
        except FileNotFoundError:
            pass
    return found
