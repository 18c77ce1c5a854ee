#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py: check JSON files against the schemas of the OCI specifications.

usage: validate.py [--bad] KIND FILE...

KIND is config, state or features (runtime-spec), or descriptor, index, layout, manifest or
image-config (image-spec). Schemas are read from $OCITOOLS_SHARED/schemas; nothing is fetched.
With --bad every file must be refused. Status: 0 as expected, 1 not, 2 usage, 77 cannot be checked here.
"""
import json
import os
import sys

KINDS = {
    "config": ("runtime-spec", "config-schema.json"),
    "state": ("runtime-spec", "state-schema.json"),
    "features": ("runtime-spec", "features-schema.json"),
    "descriptor": ("image-spec", "content-descriptor.json"),
    "index": ("image-spec", "image-index-schema.json"),
    "layout": ("image-spec", "image-layout-schema.json"),
    "manifest": ("image-spec", "image-manifest-schema.json"),
    "image-config": ("image-spec", "config-schema.json"),
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def without_ids(value):
    """Drop the http names inside: with them relative references would go to the network."""
    if isinstance(value, dict):
        return {
            k: without_ids(v)
            for k, v in value.items()
            if not (k == "id" and isinstance(v, str) and v.startswith("http"))
        }
    if isinstance(value, list):
        return [without_ids(v) for v in value]
    return value


def no_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def load_schemas(folder):
    store = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                store[f"file:///{name}"] = without_ids(json.load(f))
    return store


def make_validator(kind):
    shared = os.environ.get("OCITOOLS_SHARED")
    if not shared:
        skip("OCITOOLS_SHARED is not set")
    group, name = KINDS[kind]
    folder = os.path.join(shared, "schemas", group)
    if not os.path.isdir(folder):
        skip(f"no schemas in OCITOOLS_SHARED ({group})")
    try:
        import warnings

        warnings.simplefilter("ignore", DeprecationWarning)
        from jsonschema import Draft4Validator, RefResolver
    except ImportError:
        skip("python3-jsonschema is not there")
    store = load_schemas(folder)
    base = f"file:///{name}"
    resolver = RefResolver(base, store[base], store=store)
    return Draft4Validator(store[base], resolver=resolver)


def findings(validator, path):
    try:
        with open(path, encoding="utf-8") as f:
            document = json.load(f, object_pairs_hook=no_duplicates)
    except (ValueError, OSError) as e:
        return [str(e)]
    errors = sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.absolute_path)))
    return ["/" + "/".join(map(str, e.absolute_path)) + ": " + e.message[:200] for e in errors]


def main(argv):
    bad = argv[:1] == ["--bad"]
    argv = argv[1:] if bad else argv
    if len(argv) < 2 or argv[0] not in KINDS:
        print(__doc__, file=sys.stderr)
        return 2
    validator = make_validator(argv[0])
    status = 0
    for path in argv[1:]:
        found = findings(validator, path)
        if bad and not found:
            print(f"{path}: accepted, but it is bad")
            status = 1
        if not bad:
            for line in found:
                print(f"{path}: {line}")
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
