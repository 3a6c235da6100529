"""Reads opt-outs from AI in robots.txt: a story that others may read, but not those who collect for
language models."""

from tradepress.conduct.robots_rules import Groups, forbids

AI_TERM = "ai-agents"
"""Is the term of such a reservation."""
AI_AGENTS = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "Claude-Web",
    "cohere-ai",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-CloudVertexBot",
    "Google-Extended",
    "GPTBot",
    "Meta-ExternalAgent",
    "omgili",
    "PanguBot",
    "PerplexityBot",
    "Timpibot",
)
"""Names those who collect texts for AI, as of November 2026; not the agents that fetch a page
because a person asks for it."""


def forbidden_agents(groups: Groups, url: str) -> list[str]:
    """Lists those AI_AGENTS that have a group of their own which forbids them the address.

    What the group of all others forbids is no word about AI.
    """
    lines = {agent: tuple(groups.get(agent.lower(), ())) for agent in AI_AGENTS}
    is_forbidden = {group: forbids(group, url) for group in set(lines.values()) if group}
    return [agent for agent in AI_AGENTS if is_forbidden.get(lines[agent])]
