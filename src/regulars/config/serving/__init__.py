"""The bridge from Granian (RSGI) to Django's WSGI handler (docs/adr/0013-serving.md).

A request's body is read whole on the event loop, under a limit and a deadline, before it takes a thread: a client that
stops in the middle holds a connection and nothing else. A long answer is kept in a nameless file before it is sent: a
client that reads slowly holds no thread either, and an export that fails half way is an error, not half a file.
"""
