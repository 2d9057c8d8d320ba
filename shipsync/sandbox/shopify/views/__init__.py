"""How what the shop holds is shown through the schema: one module for each part of it.

A field without a function here is the attribute of the same name in snake case.
"""
