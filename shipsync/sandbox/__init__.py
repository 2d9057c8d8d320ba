"""An independent double of both servers, made to behave as the real ones are known to behave.

It shares nothing with the client but the clock: not a query, not a type. Where the real behaviour
is not known, a switch chooses, and the pessimistic side is the default.
"""
