"""Writes roc_golden.h: scores, targets and what scikit-learn says about them.

    python3 make_roc.py      needs numpy and scikit-learn

Draws with many ties, with few, with a single positive, all below, all above, and with scores that
are equal only as probabilities (large logits).
"""
import pathlib

import numpy as np
from sklearn.metrics import accuracy_score, roc_auc_score

random = np.random.default_rng(7)


def draws():
    yield "ties", random.integers(-3, 4, 60) * 0.5, random.integers(0, 2, 60)
    yield "few_ties", random.standard_normal(50).round(1), random.integers(0, 2, 50)
    yield "one_positive", random.standard_normal(20), np.eye(1, 20, 6, dtype=int)[0]
    yield "all_right", np.linspace(-2, 2, 12), np.arange(12) >= 6
    yield "all_wrong", np.linspace(2, -2, 12), np.arange(12) >= 6
    yield "large", 30 + random.standard_normal(40), random.integers(0, 2, 40)


def main():
    lines = ["/* roc_golden.h - made by make_roc.py with scikit-learn. */"]
    rows = []
    for name, scores, targets in draws():
        scores, targets = scores.astype(np.float32), targets.astype(int)
        lines.append(f"static const float {name}_scores[] = {{")
        lines += [f"    {float(score).hex()}f," for score in scores]
        lines += ["};", f"static const signed char {name}_targets[] = {{"]
        lines += [f"    {target}," for target in targets]
        lines.append("};")
        right = accuracy_score(targets, scores > 0, normalize=False)
        rows.append(f'    {{"{name}", {name}_scores, {name}_targets, {len(scores)}, '
                    f"{int(right)}, {roc_auc_score(targets, scores):.17g}}},")
    lines += ["static const struct {", "    const char *name;", "    const float *scores;",
              "    const signed char *targets;", "    int count, right;", "    double auc;",
              "} golden[] = {", *rows, "};"]
    pathlib.Path(__file__).with_name("roc_golden.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
