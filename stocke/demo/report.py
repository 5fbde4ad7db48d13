"""What the demonstration tells: to the person on the screen, to programs in .local/demo.json."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from stocke.demo.programs import Place
from stocke.localservices.children import Child
from stocke.localservices.services import write_private

FILE = "demo.json"
LOGINS_FILE = "demo-logins.json"


def read_json(file: Path) -> dict[str, Any]:
    """The object in a file; empty when there is none."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_report(place: Place, children: Iterable[Child], environment: Mapping[str, str]) -> None:
    """For programs: where the demonstration is, how to get in, and which processes it consists of."""
    known = read_json(place.folder / LOGINS_FILE)
    report = {
        "url": place.url,
        "logins": known.get("logins", []),
        "api_token": known.get("api_token", ""),
        "answer_keys": known.get("answer_keys", {}),
        "pids": {child.name: child.process.pid for child in children},
        "smtp": environment["MAIL_URL"],
        "mailbox": environment["STOCKE_MAILBOX_DIR"],
        "shop": shop_page(environment),
    }
    write_private(place.folder / FILE, json.dumps(report, indent=2, ensure_ascii=False) + "\n")


def shop_page(environment: Mapping[str, str]) -> str:
    """The page of the made-up shop; empty on a machine where it has no address."""
    site = environment.get("STOCKE_DEMO_SHOP_URL", "")
    return f"{site}/demo/shop/" if site else ""


def welcome(folder: Path) -> str:
    """For the person: the same, in words."""
    report = read_json(folder / FILE)
    logins = report.get("logins", [])
    lines = ["", f"Stock e runs at {report.get('url')}", ""]
    lines += [f"  {login['role']:<18} {login['email']:<36} {login['password']}" for login in logins]
    if not logins:
        lines.append("  The database already had accounts, so nothing was made up: use one of yours.")
    if report.get("api_token"):
        lines.append(f"  {'API token':<18} {report['api_token']}")
    if report.get("shop"):
        lines.append(f"  {'Its shop':<18} {report['shop']}")
    lines += [
        f"  {'Mails sent':<18} {report.get('url')}/demo/mailbox/",
        f"  {'Logs':<18} {folder / 'log'}",
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
