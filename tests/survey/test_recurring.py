"""Lines that come again from story to story."""

import re

from tradepress.survey.recurring import recurring_lines


def story(at: int, *, above: str = "", inside: str = "", below: str = "") -> str:
    own = [f"Lantern case {at} began with a handle.", f"It ended in year {at} for firm {at * 7}."]
    own = [f"{'abcdefghij'[at]} {line}" for line in own]
    lines = [above, own[0], inside, own[1], below]
    return "\n\n".join(line for line in lines if line)


def test_they_are_told_with_their_places() -> None:
    bodies = [
        story(
            at,
            above="Listen to this story" if at < 4 else "",
            inside=f"Read {at} comments" if at % 2 else "",
            below="Write to us: desk@p.example" if at else "",
        )
        for at in range(8)
    ]
    found = {line.text: (line.where, line.count) for line in recurring_lines(bodies)}
    assert found == {
        "Listen to this story": ("first", 4),
        "Read 1 comments": ("inside", 4),
        "Write to us: desk@p.example": ("last", 7),
    }


def test_two_lines_below_are_both_below() -> None:
    below = "Follow us (all of us).\n\nMore than news."
    found = recurring_lines([story(at, below=below) for at in range(3)])
    assert [line.where for line in found] == ["last", "last"]


def test_one_story_proves_nothing() -> None:
    assert recurring_lines([]) == ()
    assert recurring_lines([story(1)]) == ()
    assert recurring_lines([story(at, below="" if at else "Ends.") for at in range(10)]) == ()


def test_a_line_that_one_story_has_twice_counts_once() -> None:
    assert recurring_lines(["Aye.\n\nAye.\n\nb", "c", "d"]) == ()


def test_the_pattern_matches_the_line_with_other_numbers_and_quotes() -> None:
    lines = [f"It’s free: “Gazette” (no. {at}) – 100% yours?" for at in (4, 17)]
    (line,) = recurring_lines([story(at, below=line) for at, line in enumerate(lines)])
    straight = 'it\'s free: "gazette" (no. 23) – 100% yours?'
    assert re.fullmatch(line.pattern, straight, re.I)
    assert not re.fullmatch(line.pattern, straight + " Indeed", re.I)


def test_a_label_with_which_stories_end_is_one_whatever_follows_it() -> None:
    bodies = [story(at, below=f"Read next: Case {'xyzuvw'[at]} goes on") for at in range(6)]
    (line,) = recurring_lines(
        [f"{body}\n\nWrite to us." if at else body for at, body in enumerate(bodies)]
    )[1:]
    assert (line.text, line.count, line.is_label) == ("Read next: ", 6, True)
    assert re.fullmatch(line.pattern, "read next: anything at all", re.I)
    assert recurring_lines([*bodies[:2], *(story(at) for at in range(2, 9))]) == ()


def test_one_story_that_was_saved_twice_has_no_lines_that_come_again() -> None:
    body = "\n\n".join(f"{word} is what the court said." for word in "abcdefgh")
    assert recurring_lines([body, body, story(1)]) == ()


def test_teasers_above_a_long_wall_are_different_stories() -> None:
    wall = "\n\n".join(f"{word} is what members get." for word in "abcdef")
    bodies = [story(at) for at in range(6)]
    bodies += [f"Lantern case {word} began.\n\n{wall}" for word in ("eight", "nine")]
    assert len(recurring_lines(bodies)) == 6
