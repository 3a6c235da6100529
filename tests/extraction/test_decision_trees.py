"""Trees that are asked all at once say what they say one by one."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from tradepress.extraction import block_model
from tradepress.extraction.block_features import CONTEXT, FEATURES, WordWeights
from tradepress.extraction.block_model import SURE, BlockModel, select_story
from tradepress.extraction.decision_trees import UNIT, DecisionTrees, Trees
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.tree import parse_tree


@dataclass(frozen=True, kw_only=True)
class Branch:
    value: int
    limit: int
    below: "Branch | int"
    above: "Branch | int"


def walk(tree: Branch | int, row: list[int]) -> int:
    while isinstance(tree, Branch):
        tree = tree.below if row[tree.value] <= tree.limit else tree.above
    return tree


def as_trees(trees: list[Branch | int], names: list[str]) -> Trees:
    values: list[int] = []
    cuts: list[tuple[int, int, int, int]] = []

    def number(tree: Branch | int) -> None:
        if isinstance(tree, int):
            values.append(tree)
            return
        first = len(values)
        number(tree.below)
        cuts.append((tree.value, tree.limit, first, len(values)))
        number(tree.above)

    counts = []
    for tree in trees:
        before = len(values)
        number(tree)
        counts.append(len(values) - before)
    return Trees(names=names, leaves=counts, values=values, cuts=cuts)


def grow(chance: random.Random, depth: int) -> Branch | int:
    if not depth or chance.random() < 0.2:
        return chance.randint(-500, 500)
    return Branch(
        value=chance.randrange(4),
        limit=chance.randint(-5, 5),
        below=grow(chance, depth - 1),
        above=grow(chance, depth - 1),
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_row_reaches_the_leaves_to_which_each_tree_leads(seed: int) -> None:
    chance = random.Random(seed)
    trees = [grow(chance, 5) for _ in range(chance.randint(1, 12))]
    asked = DecisionTrees(as_trees(trees, ["a", "b", "c", "d"]))
    for _ in range(100):
        row = [chance.randint(-7, 7) for _ in range(4)]
        assert asked.total(row) == sum(walk(tree, row) for tree in trees)


def test_a_value_at_the_limit_is_below_it() -> None:
    tree = Branch(value=0, limit=3, below=1, above=2)
    asked = DecisionTrees(as_trees([tree, 10], ["a"]))
    assert [asked.total([value]) for value in (2, 3, 4)] == [11, 11, 12]


def test_what_was_learned_is_asked_about_what_is_read() -> None:
    file = Path(block_model.__file__).with_suffix(".json")
    learned = json.loads(file.read_text("utf-8"))
    assert tuple(learned["first"]["names"]) == FEATURES
    assert tuple(learned["second"]["names"]) == (*FEATURES, *CONTEXT)
    assert file.stat().st_size < 5_000_000


def test_a_block_is_weighed_by_its_first_and_its_last_words() -> None:
    words = WordWeights({"support": -5, "our": -1}, {"newsroom": -7, "support": 9}, {})
    text = "support our " + "reporting that " * 9 + "needs a newsroom"
    assert words.weigh_ends(text) == (-6, -5, -7, -7)


@pytest.mark.parametrize(
    ("first", "odds"),
    [(SURE + UNIT, 4.0), (SURE, -2.0), (0, -2.0), (-SURE, -2.0), (-SURE - UNIT, -4.0)],
)
def test_the_second_look_is_at_blocks_of_which_the_first_is_not_sure(
    first: int, odds: float
) -> None:
    root = parse_tree(f"<p>{'The court heard the makers of lanterns in June. ' * 3}")
    assert root is not None
    layout = cut_blocks(root)
    layout.blocks[0].in_body = True
    looks = [DecisionTrees(as_trees([value], [])) for value in (first, -2 * UNIT)]
    model = BlockModel(words=WordWeights({}, {}, {}), first=looks[0], second=looks[1])
    assert select_story(layout, None, [], [], model) == [odds]
