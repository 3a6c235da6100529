"""``python -m tradepress.sample``: write manifest.json anew from the story files."""

from pathlib import Path

from tradepress.sample.manifest import build_manifest, manifest_text

if __name__ == "__main__":
    place = Path(__file__).with_name("manifest.json")
    place.write_text(manifest_text(build_manifest()), "utf-8")
    print(f"wrote {place}")
