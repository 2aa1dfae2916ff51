"""How this process reaches other hosts: proxies, trusted certificates, connections whose time is bounded."""
