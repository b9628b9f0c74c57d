"""Monitors at work in a server: on applications before they are decided on, and in processes of their own."""
