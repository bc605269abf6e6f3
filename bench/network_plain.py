"""The measures of ties as somebody would take them who has networkx and an afternoon."""

from random import Random

from knowledge.network import People, Ties


def plain(ties: Ties, people: People, permuted: int) -> list[float]:
    """Figures by networkx, and the E-I index for some ways of dealing the practices.

    Density, ties returned, E-I index and assortativity by practice, lateral share of pairs, the largest part without
    the core, how many hold others together.
    """
    import networkx as nx

    graph = nx.DiGraph()
    for one in range(len(people)):
        graph.add_node(one, practice=int(people.practice[one]), core=bool(people.is_core[one]))
    for by, to in zip(ties.by.tolist(), ties.to.tolist(), strict=True):
        if by != to:
            graph.add_edge(by, to, weight=graph.get_edge_data(by, to, {"weight": 0})["weight"] + 1)
    tied = [one for one in graph if graph.degree(one)]
    practice, chance = {one: graph.nodes[one]["practice"] for one in tied}, Random(1)  # noqa: S311
    observed = _external_internal(graph, practice)
    for _ in range(permuted):
        dealt = chance.sample(list(practice.values()), len(practice))
        _external_internal(graph, dict(zip(practice, dealt, strict=True)))
    whole = graph.to_undirected()
    edge = [one for one in graph if not graph.nodes[one]["core"]]
    ours = sum(not (graph.nodes[one]["core"] or graph.nodes[other]["core"]) for one, other in whole.edges)
    return [
        nx.density(graph),
        nx.overall_reciprocity(graph),
        observed,
        nx.attribute_assortativity_coefficient(graph, "practice"),
        ours / whole.number_of_edges(),
        max(map(len, nx.weakly_connected_components(graph.subgraph(edge)))),
        sum(1 for _ in nx.articulation_points(whole)),
    ]


def _external_internal(graph: object, practice: dict[int, int]) -> float:
    across = [practice[by] != practice[to] for by, to in graph.edges]  # type: ignore[attr-defined]
    return (2 * sum(across) - len(across)) / len(across)
