"""A network that fails becomes a smaller one that fails in the same way, so that a person can read it.

Each step leaves something out or makes a number smaller: an option, a target, a layer, a key. What
is no valid network any more is not tried.
"""

import time

from exclusions import excluded
from network import Impossible

NEEDED = {"name", "title", "input", "norm_eps", "stem", "blocks", "size", "width", "tag"}


def smaller_value(value):
    """Values of a key that are simpler than this one."""
    if isinstance(value, bool) or isinstance(value, str):
        return
    if isinstance(value, (int, float)):
        yield from (number for number in (1, 3, value // 2, value - 1) if 0 < number < value)
    elif isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        yield from value[:1] if isinstance(value[0], int) else []  # one number for all
        yield from (value[:i] + value[i + 1 :] for i in range(len(value)) if len(value) > 2)
        for i, item in enumerate(value):
            yield from (value[:i] + [less] + value[i + 1 :] for less in smaller_value(item))


def places(section):
    """Each section inside, itself included; lists of sections are places as well."""
    yield section
    items = section.values() if isinstance(section, dict) else section
    for item in items:
        if isinstance(item, dict) or (isinstance(item, list) and item and isinstance(item[0], dict)):
            yield from places(item)


def edits(network):
    """Functions that each make one change to a copy of the network."""
    yield from (lambda n, i=i: n.targets.pop(i) for i in range(len(network.targets) - 1, -1, -1)
                if len(network.targets) > 1)  # fmt: skip
    if network.tuning:
        yield lambda n: setattr(n, "tuning", None)
    yield from (lambda n, a=a, v=v: setattr(n, a, v)
                for a, v in (("input", "plain"), ("fill", "00000000"), ("weights_seed", 1))
                if getattr(network, a) != v)  # fmt: skip
    if "features" in network.description:
        yield lambda n: (n.options.pop("features", 0), n.description.pop("features"))
    yield from (lambda n, key=key: n.options.pop(key) for key in network.options)
    for key, value in network.options.items():
        yield from (lambda n, key=key, v=v: n.options.update({key: v}) for v in smaller_value(value))
    for number, place in enumerate(places(network.description)):
        if isinstance(place, list):
            yield from (lambda n, at=number, i=i: nth(n, at).pop(i) for i in range(len(place)))
            continue
        yield from (lambda n, at=number, key=key: nth(n, at).pop(key)
                    for key in place if key not in NEEDED)  # fmt: skip
    for number, place in enumerate(places(network.description)):
        if isinstance(place, dict):
            for key, value in place.items():
                yield from (lambda n, at=number, key=key, v=v: nth(n, at).update({key: v})
                            for v in smaller_value(value))  # fmt: skip


def nth(network, number):
    return list(places(network.description))[number]


def is_valid(network):
    description = network.description
    if not description["stem"] or not description["blocks"]:
        return False
    channels = description["input"].get("channels", 3)
    given = (description["input"].get(key, [0] * 3) for key in ("mean", "std"))
    if any(isinstance(item, list) and len(item) != min(channels, 4) for item in given):
        return False  # one number is for all channels
    try:
        network.walk()
    except Impossible:
        return False
    return not excluded(network)


def shrink(network, fails, seconds):
    """fails(network) says whether it still fails in the same way."""
    end = time.monotonic() + seconds
    found = True
    while found:
        found = False
        for edit in list(edits(network)):
            smaller = network.copy()
            edit(smaller)
            if time.monotonic() > end:
                return network
            if is_valid(smaller) and fails(smaller):
                network, found = smaller, True
                break
    return network
