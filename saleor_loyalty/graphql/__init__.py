"""The GraphQL layer, in plain graphene 2: what the program adds to the schema of the shop around it.

It translates and nothing else: ids and inputs to arguments of the domain's verbs, their results and exceptions to
types and errors. It holds no rule and no arithmetic on points, writes only through the verbs, and knows the host only
through ``host.py``. Import it late: ``host_types`` asks the host for its own GraphQL types.
"""
