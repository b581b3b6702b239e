"""An order in which everything comes after what it needs, and the circles in which there is none."""

from collections.abc import Iterator, Mapping, Sequence


def components(needs: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Groups of nodes that need one another, each group after all that it needs; mostly of a single node.

    Source
    ------
    Tarjan (1972), "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), without recursion.
    """
    lowest: dict[int, int] = {}
    stack: list[int] = []
    finished = len(needs) + 1
    for root in needs:
        path = [] if root in lowest else [(root, iter(needs[root]), _enter(root, lowest, stack))]
        while path:
            node, pending, entered = path[-1]
            need = next(pending, None)
            if need is None:
                path.pop()
                if lowest[node] == entered:
                    group = [stack.pop()]
                    while group[-1] != node:
                        group.append(stack.pop())
                    lowest.update(dict.fromkeys(group, finished))
                    yield group
                if path:
                    parent = path[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
            elif need not in lowest:
                path.append((need, iter(needs[need]), _enter(need, lowest, stack)))
            else:
                lowest[node] = min(lowest[node], lowest[need])


def _enter(node: int, lowest: dict[int, int], stack: list[int]) -> int:
    lowest[node] = len(lowest)
    stack.append(node)
    return lowest[node]
