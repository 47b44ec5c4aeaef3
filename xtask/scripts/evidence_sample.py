"""Draws a sample of functions of SAM templates, the same one for the same seed and folder.

    python3 xtask/scripts/evidence_sample.py FOLDER [--count 100] [--seed 4] [--language python]

Population: every AWS::Serverless::Function of `*/template.y*ml` below FOLDER whose runtime is Python or
Node.js, whose handler file stands where the template says, and whose code names an AWS SDK. Prints JSON
lines: application, template, function, language, file. Needs PyYAML.
"""

import argparse
import json
import pathlib
import random

import yaml


class Loader(yaml.SafeLoader):
    """YAML of CloudFormation: short forms become `{"Fn::Name": value}`."""


def short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", short_form)

EXTENSIONS = {"python": [".py"], "nodejs": [".js", ".mjs", ".cjs", ".ts"]}
SDKS = ("boto3", "aws-sdk", "aws_lambda_powertools", "aws-lambda-powertools")


def load(path):
    try:
        template = yaml.load(path.read_text(errors="replace"), Loader)
    except yaml.YAMLError:
        return {}
    return template if isinstance(template, dict) else {}


def functions(template):
    """Functions with their properties, those of `Globals` filled in."""
    shared = ((template.get("Globals") or {}).get("Function")) or {}
    for name, resource in (template.get("Resources") or {}).items():
        if isinstance(resource, dict) and resource.get("Type") == "AWS::Serverless::Function":
            own = resource.get("Properties") or {}
            merged = {**shared, **own}
            variables = {}
            for part in (shared, own):
                environment = part.get("Environment") or {}
                variables.update(environment.get("Variables") or {})
            merged["Environment"] = {"Variables": variables}
            yield name, merged


def handler_file(template_path, properties):
    runtime, handler = properties.get("Runtime"), properties.get("Handler")
    code = properties.get("CodeUri", ".")
    if not all(isinstance(it, str) for it in (runtime, handler, code)):
        return None, None
    for language, extensions in EXTENSIONS.items():
        if runtime.startswith(language):
            stem = template_path.parent / code / handler.rsplit(".", 1)[0].replace("\\", "/")
            names = [stem, stem.parent / stem.name.replace(".", "/")]
            for extension in extensions:
                for name in names:
                    path = name.with_name(name.name + extension)
                    if path.is_file():
                        return language, path
    return None, None


def population(folder):
    for path in sorted(folder.resolve().glob("*/template.y*ml")):
        for name, properties in functions(load(path)):
            language, file = handler_file(path, properties)
            if file and any(sdk in file.read_text(errors="replace") for sdk in SDKS):
                yield {
                    "application": path.parent.name,
                    "template": str(path),
                    "function": name,
                    "language": language,
                    "file": str(file),
                }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--language", choices=sorted(EXTENSIONS))
    options = parser.parse_args()
    everything = [
        it
        for it in population(options.folder)
        if options.language in (None, it["language"])
    ]
    count = min(options.count, len(everything))
    for one in sorted(
        random.Random(options.seed).sample(everything, count),
        key=lambda it: (it["template"], it["function"]),
    ):
        print(json.dumps(one))


if __name__ == "__main__":
    main()
