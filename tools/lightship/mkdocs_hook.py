"""MkDocs' side of the portal: after MkDocs drew the frame, Lightship fills it, so `mkdocs build` alone gives all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from lightship.portal.frame import BODY, NAME, ONLY_THE_FRAME, STAMP


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put marks where what comes from YAML belongs: MkDocs' templates do not escape."""
    config.site_name = NAME
    config.extra["lightship"] = {**config.extra.get("lightship", {}), "body": BODY, "stamp": STAMP}
    return config


def on_post_build(config: MkDocsConfig) -> None:
    """Fill the frame that was just drawn, as `lightship build` does."""
    if ONLY_THE_FRAME in config.extra["lightship"]:
        return
    from lightship.commands.build import publish

    out = Path(config.site_dir)
    publish(Path(config.config_file_path).resolve().parent, out, datetime.now(UTC), frame=out)
