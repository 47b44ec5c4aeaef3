#!/usr/bin/env python3
"""Writes pyyaml.jsonl: random texts with the trees that PyYAML reads, numbers as text.

Usage: python3 answer.py > pyyaml.jsonl   (PyYAML 6.0.3 with libyaml wrote the present file)
"""

import json
import random
import re

import yaml

PARTS = [
    "a", "b", ": ", ":", "- ", "\n", "\n  ", "\n    ", " ", "&x ", "*x", "!Ref ", "!!str ", "<<: *x",
    "[", "]", "{", "}", ", ", "'x'", '"y\\n"', "|\n  ", ">-\n  ", " # c", "---\n", "? ", "1", "yes",
    "~", "é", "\r\n", "a: ", "b:\n", "- b\n", "- &x c\n", "a: &x {b: 1}\n", "c: 2\n", "  c: 2\n", "no",
]


def tree(node):
    """The value of a node, in the shape in which the tree is written as JSON."""
    kind = node.tag.rsplit(":", 1)[-1]
    local = node.tag.startswith("!")
    if isinstance(node, yaml.ScalarNode):
        value = node.value
        if not node.style and not local and kind == "null":
            value = None
        elif not node.style and not local and kind == "bool":
            value = node.value.lower() in ("true", "yes", "on")
    elif isinstance(node, yaml.SequenceNode):
        value = [tree(item) for item in node.value]
    else:
        own, merged = {}, []
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.tag.endswith(":merge"):
                maps = tree(item)
                merged += maps if isinstance(maps, list) else [maps]
            else:
                own[key.value] = tree(item)
        value = {}
        for part in [*reversed(merged), own]:
            value.update(part)
    return {node.tag: value} if local and node.tag != "!" else value


def main():
    random.seed(7)
    answers = {}
    while len(answers) < 400:
        text = "".join(random.choice(PARTS) for _ in range(random.randint(2, 14)))
        # libyaml takes a block of text that starts on the line below its key, not indented; the
        # standard does not, nor do we.
        if re.search(r"(^|\n)[ \r]*(\||>-)\r?\n", text):
            continue
        try:
            documents = [tree(node) for node in yaml.compose_all(text, yaml.CSafeLoader)]
        except (yaml.YAMLError, TypeError, ValueError, AttributeError):
            continue
        if documents and any(isinstance(document, (dict, list)) for document in documents):
            answers[text] = documents
    for text, documents in answers.items():
        print(json.dumps({"text": text, "documents": documents}, ensure_ascii=False))


main()
