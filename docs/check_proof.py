"""Checks a proof of `tradepress prove`: python3 check_proof.py [SIZE:HEX] <FILE (RFC 9162, 2.1)"""

import hashlib
import json
import sys


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of_leaf(leaf, index, size, path):
    last, root = size - 1, leaf
    assert 0 <= index <= last
    for other in path:
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
    path = [old_root, *path] if old & (old - 1) == 0 else list(path)
    index, last = old - 1, new - 1
    while index % 2 == 1:
        index, last = index // 2, last // 2
    first = second = path.pop(0)
    for other in path:
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
(size, head), path = root(proof["root"]), map(bytes.fromhex, proof["path"])
leaf = hashlib.sha256(b"\0" + bytes.fromhex(proof["salt"]) + proof["leaf"].encode()).digest()
assert root_of_leaf(leaf, proof["position"] - 1, size, path) == head, "it leads to another root"
since = proof.get("since", proof)["root"]
if since != proof["root"]:
    (old, begun), path = root(since), map(bytes.fromhex, proof["since"]["path"])
    assert roots_of_both(old, size, begun, path) == (begun, head), "it goes on from another root"
assert not sys.argv[1:] or sys.argv[1] in (proof["root"], since), "that is not its root"
print("It holds:" if __debug__ else "Unchecked (-O):", proof["root"], proof["leaf"])
