"""Pictures for the sample papers: small geometric SVGs, always the same for the same name."""

import hashlib
import math
from collections.abc import Callable

from markupsafe import Markup, escape

WIDTH, HEIGHT = 800, 450

_PALETTES = {
    "signet": (
        ("#f3e9d8", "#8c1c2b", "#d9a441", "#3b2a2a"),
        ("#22313f", "#e8dcc4", "#b8404e", "#d9a441"),
        ("#e4e8df", "#35594a", "#c9772d", "#1f2a26"),
        ("#8c1c2b", "#f3e9d8", "#e0b25c", "#4a0f18"),
        ("#dfe5ea", "#2f4b66", "#a9323f", "#182634"),
    ),
    "makers": (
        ("#0f4c5c", "#f2a541", "#f5efe3", "#0a2f3a"),
        ("#f5efe3", "#0f4c5c", "#f2a541", "#d1603d"),
        ("#f2a541", "#0f4c5c", "#fff8ea", "#7a3b1d"),
        ("#dcebe8", "#d1603d", "#0f4c5c", "#23423f"),
        ("#2d2a32", "#f2a541", "#62b6a8", "#f5efe3"),
    ),
}

_Motif = Callable[[bytes, str, str, str], str]


def picture(paper: str, name: str, *, alt: str = "") -> Markup:
    """An SVG element for a caption or slug; ``alt`` becomes its accessible name."""
    seed = hashlib.sha256(name.encode()).digest()
    ground, first, second, third = _PALETTES[paper][seed[0] % 5]
    shapes = _MOTIFS[seed[1] % len(_MOTIFS)](seed[2:], first, second, third)
    label = Markup(' aria-label="{}"').format(alt) if alt else Markup(' aria-hidden="true"')
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img"{} '
        'preserveAspectRatio="xMidYMid slice"><path fill="{}" d="M0 0h{}v{}H0z"/>{}</svg>'
    ).format(WIDTH, HEIGHT, label, ground, WIDTH, HEIGHT, Markup(shapes))


def logo(paper: str) -> Markup:
    """The paper's own mark, in the colour of the text around it."""
    if paper == "signet":
        points = _star(32, 32, 30, 27, 20)
        return Markup(
            '<svg viewBox="0 0 64 64" aria-hidden="true"><path fill="currentColor" d="{}"/>'
            '<g fill="none" stroke="#fff" stroke-width="2"><circle cx="32" cy="32" r="22"/>'
            '<path d="M40 24c-2-4-15-5-15 2s15 5 15 12-14 7-16 1"/></g></svg>'
        ).format(points)
    return Markup(
        '<svg viewBox="0 0 64 64" aria-hidden="true"><path fill="currentColor" '
        'd="M4 56V8l28 26L60 8v48H48V35L32 50 16 35v21z"/></svg>'
    )


def icon(paper: str) -> str:
    """Favicon as a standalone SVG document."""
    colour = escape({"signet": "#8c1c2b", "makers": "#0f4c5c"}[paper])
    opening = '<svg xmlns="http://www.w3.org/2000/svg" '
    return str(logo(paper)).replace("<svg ", f'{opening}color="{colour}" ', 1)


def _star(x: float, y: float, outer: float, inner: float, points: int) -> str:
    corners = []
    for step in range(points * 2):
        radius = inner if step % 2 else outer
        angle = math.pi * step / points
        corners.append(f"{x + radius * math.sin(angle):.0f} {y - radius * math.cos(angle):.0f}")
    return "M" + "L".join(corners) + "z"


def _seal(seed: bytes, first: str, second: str, third: str) -> str:
    x = 280 + seed[0]
    core = _star(x, 225, 78, 34, 5 + seed[1] % 4)
    return (
        f'<path fill="{third}" opacity=".18" d="M0 {330 + seed[2] % 60}h800V450H0z"/>'
        f'<path fill="{first}" d="{_star(x, 225, 190, 174, 26)}"/>'
        f'<circle cx="{x}" cy="225" r="140" fill="none" stroke="{second}" stroke-width="6"/>'
        f'<circle cx="{x}" cy="225" r="122" fill="none" stroke="{second}" stroke-width="2"/>'
        f'<path fill="{second}" d="{core}"/>'
    )


def _lanterns(seed: bytes, first: str, second: str, third: str) -> str:
    shapes = []
    for place in range(4):
        x, drop = 110 + 193 * place, 40 + seed[place] % 110
        colour = (first, second)[(place + seed[9]) % 2]
        shapes.append(
            f'<path stroke="{third}" stroke-width="4" d="M{x} 0v{drop}"/>'
            f'<path fill="{third}" d="M{x - 34} {drop}h68v14h-68zm8 {166}h52v12h-52z"/>'
            f'<rect x="{x - 62}" y="{drop + 14}" width="124" height="152" rx="52" fill="{colour}"/>'
            f'<path stroke="{third}" stroke-width="3" opacity=".45" fill="none" '
            f'd="M{x} {drop + 14}v152M{x - 26} {drop + 16}q-18 74 0 148M{x + 26} {drop + 16}'
            f'q18 74 0 148"/>'
        )
    return "".join(shapes)


def _circles(seed: bytes, first: str, second: str, third: str) -> str:
    radius, gap = 90 + seed[0] % 36, 70 + seed[1] % 50
    circles = (
        (400 - gap, 280, first),
        (400 + gap, 280, second),
        (400, 150 + seed[2] % 20, third),
    )
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}" opacity=".82"/>'
        for x, y, colour in circles
    )


def _tiles(seed: bytes, first: str, second: str, third: str) -> str:
    side, shapes = 150, []
    for place in range(18):
        x, y = place % 6 * side - 50, place // 6 * side
        colour = (first, second, third, first)[seed[place] % 4]
        shape = (
            f"M{x} {y}a{side} {side} 0 0 1 {side} {side}h-{side}z",
            f"M{x + side} {y}v{side}a{side} {side} 0 0 1-{side}-{side}z",
            f"M{x} {y + 75}a75 75 0 1 0 150 0a75 75 0 1 0-150 0z",
            f"M{x} {y}h{side}l-{side} {side}z",
            f"M{x} {y}h75v{side}h-75z",
        )[seed[place] // 4 % 5]
        shapes.append(f'<path fill="{colour}" d="{shape}"/>')
    return "".join(shapes)


def _columns(seed: bytes, first: str, second: str, third: str) -> str:
    count = 5 + seed[0] % 3
    step = 480 / count
    columns = "".join(
        f"M{172 + step * place:.0f} 176h{step * 0.55:.0f}v176h-{step * 0.55:.0f}z"
        for place in range(count)
    )
    return (
        f'<circle cx="{seed[1] * 3}" cy="{60 + seed[2] % 70}" r="54" fill="{second}"/>'
        f'<path fill="{first}" d="M400 44 136 150v22h528v-22z{columns}'
        f'M136 356h528v22H136zM110 382h580v26H110z"/>'
        f'<path fill="{third}" opacity=".25" d="M0 408h800v42H0z"/>'
    )


def _waves(seed: bytes, first: str, second: str, third: str) -> str:
    shapes = []
    for place, colour in enumerate((first, second, third, first)):
        y, swing = 90 + 92 * place, 30 + seed[place] % 50
        shapes.append(
            f'<path fill="{colour}" opacity="{0.95 - 0.12 * place:.2f}" '
            f'd="M0 {y}q100-{swing} 200 0t200 0 200 0 200 0v{450 - y}H0z"/>'
        )
    return "".join(shapes)


_MOTIFS: tuple[_Motif, ...] = (_seal, _lanterns, _circles, _tiles, _columns, _waves)
