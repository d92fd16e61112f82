"""The API of other software, with an OpenAPI document of its own: `/api/v1/openapi.json`.

A token of the company (`tenancy.tokens`) opens it; no client certificate, no session.  Numbers go
in and never come out.
"""
