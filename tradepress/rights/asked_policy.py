"""Decides how much of a source's stories may be kept at most, as source and operator ask."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from tradepress.source import Source
from tradepress.story import POLICIES, Policy, strictest


def asked_policy(settings: BaseSettings, source: Source) -> Policy:
    """Returns the stricter of what source and operator ask for.

    :raises UsageError: TRADEPRESS_POLICY or TRADEPRESS_POLICIES holds no policy
    """
    return strictest(source.policy, operator_policy(settings, source.name))


def as_asked(settings: BaseSettings, source: Source) -> Source:
    """Returns the source with :func:`asked_policy` as its policy; raises what that does."""
    return replace(source, policy=asked_policy(settings, source))


def operator_policy(settings: BaseSettings, source_name: str) -> Policy:
    """Returns what the operator asks for of a source, be it declared or not.

    :raises UsageError: TRADEPRESS_POLICY or TRADEPRESS_POLICIES holds no policy
    """
    asked = {
        "TRADEPRESS_POLICY": settings.get("TRADEPRESS_POLICY") or "store",
        f"TRADEPRESS_POLICIES for {source_name}": settings.getdict("TRADEPRESS_POLICIES").get(
            source_name, "store"
        ),
    }
    for name, policy in asked.items():
        if policy not in POLICIES:
            raise UsageError(f"{name} is {policy!r}; give {', '.join(POLICIES)}.")
    return strictest(*cast("Iterable[Policy]", asked.values()))
