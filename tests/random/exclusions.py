"""What is not drawn, or passes, because of a known defect: one row each, and nowhere else.

A row names the point of the list of defects that it waits for; it goes with the defect. `holds`
says of a network (network.py) whether the defect may show in it; such a network is drawn again.
"""

MOST_POINTERS = 2048


def many_pointers(network):
    """A depthwise kernel whose taps for a group of pixels may be more than an array's pointers."""
    return any(
        height * (dilation * (width - 1) + 16 * stride) > MOST_POINTERS
        for (height, width), stride, dilation in network.walk().windows
    )


# (point, what happens, which networks)
EXCLUSIONS = [
    (1, "internal error in function_text: an array has 1 to 2048 pointers", many_pointers),
]
# Verdicts of a walk that pass because of a defect: {verdict: (point, what it means)}
TOLERATED = {"above": (16, "an arena is larger than the bound that the planner proved")}


def excluded(network):
    return any(holds(network) for _, _, holds in EXCLUSIONS)
