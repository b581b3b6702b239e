from hypothesis import given
from hypothesis import strategies as st

from haven.workbook.order import components

_GRAPHS = st.integers(1, 12).flatmap(
    lambda size: st.fixed_dictionaries({node: st.lists(st.integers(0, size - 1), max_size=3) for node in range(size)})
)


def reachable(needs, start):
    """Every node on a way from the needs of a node."""
    found, pending = set(), list(needs[start])
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending += needs[node]
    return found


@given(_GRAPHS)
def test_components_satisfy_each_group_after_its_needs_and_circles_together(needs):
    groups = list(components(needs))
    place = {node: number for number, group in enumerate(groups) for node in group}
    assert sorted(node for group in groups for node in group) == sorted(needs)
    for node in needs:
        for other in reachable(needs, node):
            assert place[other] <= place[node]
            assert (place[other] == place[node]) == (node == other or node in reachable(needs, other))


def test_components_satisfy_a_long_chain():
    needs = {node: [node + 1] for node in range(50_000)} | {50_000: []}
    assert list(components(needs)) == [[node] for node in range(50_000, -1, -1)]
