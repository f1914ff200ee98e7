"""What is not drawn, or passes, because of a known defect: one row each, and nowhere else.

A row names the point of the list of defects that it waits for; it goes with the defect. `holds`
says of a network (network.py) whether the defect may show in it; such a network is drawn again.
"""

# (point, what happens, which networks)
EXCLUSIONS = []
# Verdicts of a walk that pass because of a defect: {verdict: (point, what it means)}
TOLERATED = {}


def excluded(network):
    return any(holds(network) for _, _, holds in EXCLUSIONS)
