"""The terminal UI in a browser on the same computer: what `crm serve` runs.

It starts `crm` once per browser tab and carries what it paints through a websocket, with textual-serve's
protocol and terminal. Who may connect is decided in one place, `gate`; nothing is loaded from elsewhere.
"""
