"""Copy the third-party files that pages use, and their licences, from node_modules to .local/assets/vendor."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / ".local" / "assets" / "vendor"
FILES = {
    "htmx": ("htmx.org", ["dist/htmx.min.js", "LICENSE"]),
    "uplot": ("uplot", ["dist/uPlot.iife.min.js", "dist/uPlot.min.css", "LICENSE"]),
    "geist": (
        "@fontsource-variable/geist",
        [
            "files/geist-latin-wght-normal.woff2",
            "files/geist-latin-ext-wght-normal.woff2",
            # For purchase orders on paper: the pages do not ask for these.
            "files/geist-cyrillic-wght-normal.woff2",
            "files/geist-cyrillic-ext-wght-normal.woff2",
            "files/geist-vietnamese-wght-normal.woff2",
            "LICENSE",
        ],
    ),
    # Greek letters on paper, which the pages' own typeface has not.
    "inter": (
        "@fontsource-variable/inter",
        ["files/inter-greek-wght-normal.woff2", "files/inter-greek-ext-wght-normal.woff2", "LICENSE"],
    ),
}


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    for name, (package, files) in FILES.items():
        folder = TARGET / name
        folder.mkdir(parents=True)
        for file in files:
            copy(PACKAGES / package / file, folder)


def copy(source: Path, folder: Path) -> None:
    """Without the pointer to a source map that we do not serve: the static storage would look for it."""
    if source.suffix not in {".js", ".css"}:
        shutil.copyfile(source, folder / source.name)
        return
    lines = source.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("//# sourceMappingURL=")]
    (folder / source.name).write_text("".join(kept))


if __name__ == "__main__":
    main()
