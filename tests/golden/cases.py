"""The goldens: which network, which options, which input. Read by make.py and run.py.

A row is (name, model, options of xnc, what timm gets, input shape). "seed_with" are the options
that the checkpoint itself is written with: a file that already has other input channels or another
number of classes; without it the file is that of the description, and xnc adapts it.
"""

FULL = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
SMALL = ("xception_mini", "legacy_mini", "preact_mini")
STRIDED = ("xception_mini", "preact_mini")  # legacy networks know no output_stride
ACTIVATIONS = ("silu", "gelu", "hard_swish", "relu6", "sigmoid")
OLD = ("gluon_xception65", "deeplab_mini")  # made with timm 0.6.13, the others with timm 1.0.31
POOLS = {"avg": "avg", "max": "max", "avgmax": "avgmax", "catavgmax": "catavgmax", "none": ""}


def case(name, model, shape, options=(), seed_with=(), **timm_arguments):
    return {
        "name": name,
        "model": model,
        "input": list(shape),
        "options": list(options),
        "seed_with": list(seed_with),
        "timm": timm_arguments,
    }


def classes(n):
    return [f"--classes={n}"]


def small_cases(model):
    def add(name, shape=(1, 3, 64, 64), options=(), seed_with=(), **timm_arguments):
        return case(f"{model}.{name}", model, shape, options, seed_with, **timm_arguments)

    yield add("plain")
    yield add("batch3", (3, 3, 64, 64))
    yield add("odd", (1, 3, 71, 71), ["--size=71"])
    yield add("wide", (1, 3, 49, 95), ["--size=49x95"])
    yield add("tall", (2, 3, 101, 50), ["--size=101x50"])
    for n in (1, 7):
        yield add(f"classes{n}", options=classes(n), seed_with=classes(n), num_classes=n)
    for pool, timm_pool in POOLS.items():
        options = [*classes(0), f"--pool={pool}"]
        yield add(f"pool_{pool}_0", options=options, num_classes=0, global_pool=timm_pool)
        if pool not in ("avg", "none"):
            options = [f"--pool={pool}"]
            seed_with = options if pool == "catavgmax" else ()
            yield add(f"pool_{pool}", (1, 3, 64, 64), options, seed_with, global_pool=timm_pool)
    for n in (1, 4):
        options = [f"--in-chans={n}"]
        yield add(f"in{n}", (1, n, 64, 64), options, options, in_chans=n)
        yield add(f"in{n}_adapted", (1, n, 64, 64), options, in_chans=n, adapt=True)
    yield add("features", options=["--features"], features_only=True)
    yield add("features_1_3", options=["--features=1,3"], features_only=True, out_indices=(1, 3))


def strided_cases(model):
    for stride in (8, 16):
        option = f"--output-stride={stride}"
        arguments = {"output_stride": stride}
        name = f"{model}.stride{stride}"
        yield case(name, model, (1, 3, 64, 64), [option], **arguments)
        yield case(f"{name}_odd", model, (1, 3, 75, 53), [option, "--size=75x53"], **arguments)
        arguments["features_only"] = True
        yield case(f"{name}_features", model, (1, 3, 64, 64), [option, "--features"], **arguments)


def activation_cases():
    for act in ACTIVATIONS:
        yield case(f"mini_{act}.plain", f"mini_{act}", (1, 3, 64, 64), act=act)
        yield case(f"mini_{act}.odd", f"mini_{act}", (1, 3, 57, 66), ["--size=57x66"], act=act)


HEADS = {
    "hidden": ("linear 48, relu, norm, linear 7", []),
    "fastai": ("flatten, norm, linear 32 bias=false, relu, norm, linear 3 bias=false",
               ["--pool=catmaxavg"]),
    "affine": ("norm, silu, linear 16, gelu, norm eps=0.001, hard_swish, linear 5, norm", []),
    "probability": ("linear 1, sigmoid", []),
}


def head_cases():
    """Heads of several layers: torch's Sequential in the place of the classifier."""
    for model in ("xception_mini", "legacy_mini"):
        for name, (head, pool) in HEADS.items():
            options = [*pool, f"--head={head}"]
            arguments = {"global_pool": "catmaxavg"} if pool else {}
            yield case(f"{model}.head_{name}", model, (2, 3, 64, 64), options, options, head=head,
                       **arguments)


def full_cases():
    for model in FULL:
        yield case(f"{model}.plain", model, (1, 3, 299, 299))
    def add(name, model, shape, options, seed_with=(), **timm_arguments):
        options = [*options, f"--size={shape[2]}x{shape[3]}"]
        return case(f"{model}.{name}", model, shape, options, seed_with, **timm_arguments)

    yield add("stride16_classes7", "xception41", (1, 3, 129, 161),
              [*classes(7), "--output-stride=16"],
              classes(7), num_classes=7, output_stride=16)
    yield add("stride8_map", "xception71", (1, 3, 97, 97),
              [*classes(0), "--output-stride=8", "--pool=none"],
              num_classes=0, output_stride=8, global_pool="")
    yield add("features_in1", "xception65p", (1, 1, 129, 129), ["--in-chans=1", "--features"],
              ["--in-chans=1"], in_chans=1, features_only=True)
    yield add("features", "xception", (1, 3, 160, 128), ["--features"], features_only=True)
    yield add("catavgmax_in4", "xception41p", (1, 4, 128, 128),
              ["--in-chans=4", "--pool=catavgmax"], ["--pool=catavgmax"],
              in_chans=4, global_pool="catavgmax", adapt=True)
    yield add("avgmax_classes1_batch3", "xception", (3, 3, 111, 96),
              [*classes(1), "--pool=avgmax"], classes(1), num_classes=1, global_pool="avgmax")
    yield add("max_classes0", "xception65", (1, 3, 128, 96), [*classes(0), "--pool=max"],
              num_classes=0, global_pool="max")


def old_cases():
    """Of networks that timm 1 has no more (OLD)."""
    yield case("gluon_xception65.plain", "gluon_xception65", (1, 3, 299, 299))
    yield case("gluon_xception65.stride16_classes7", "gluon_xception65", (1, 3, 129, 161),
               [*classes(7), "--output-stride=16", "--size=129x161"], classes(7),
               num_classes=7, output_stride=16)
    yield case("deeplab_mini.plain", "deeplab_mini", (1, 3, 64, 64))
    yield case("deeplab_mini.stride8_odd", "deeplab_mini", (2, 3, 75, 53),
               ["--output-stride=8", "--size=75x53"], output_stride=8)


def all_cases():
    yield from old_cases()
    for model in SMALL:
        yield from small_cases(model)
    for model in STRIDED:
        yield from strided_cases(model)
    yield from activation_cases()
    yield from head_cases()
    yield from full_cases()
