"""Checks a proof of `tradepress prove`: python3 check_proof.py [SIZE:HEX] <FILE (RFC 9162, 2.1)"""

import hashlib
import json
import sys


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of_leaf(leaf, index, size, path):
    last, root = size - 1, leaf
    assert 0 <= index <= last
    for other in map(bytes.fromhex, path):
        assert last > 0
        if index % 2 == 1 or index == last:
            root = node(other, root)
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        else:
            root = node(root, other)
        index, last = index // 2, last // 2
    assert last == 0
    return root


def roots_of_both(old, new, old_root, path):
    assert 0 < old < new
    path = [old_root] * (old & (old - 1) == 0) + [bytes.fromhex(one) for one in path]
    index, last = old - 1, new - 1
    while index % 2 == 1:
        index, last = index // 2, last // 2
    first = second = path[0]
    for other in path[1:]:
        assert last > 0
        if index % 2 == 1 or index == last:
            first, second = node(other, first), node(other, second)
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        else:
            second = node(second, other)
        index, last = index // 2, last // 2
    assert last == 0
    return first, second


def root(text):
    return int(text.split(":")[0]), bytes.fromhex(text.split(":")[1])


proof = json.load(sys.stdin.buffer)
(size, head), (old, begun) = roots = root(proof["root"]), root(proof.get("since", proof)["root"])
leaf = hashlib.sha256(b"\0" + bytes.fromhex(proof["salt"]) + proof["leaf"].encode()).digest()
assert root_of_leaf(leaf, proof["position"] - 1, size, proof["path"]) == head, "it has another root"
if (old, begun) != (size, head):
    assert roots_of_both(old, size, begun, proof["since"]["path"]) == (begun, head), "another log"
assert root([*sys.argv, proof["root"]][1]) in roots[: 1 + (proof["position"] <= old)], "not by it"
told = "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in proof["leaf"])
print("It holds:" if __debug__ else "Unchecked (-O):", f"{size}:{head.hex()}", told)
