"""The published way to a database: adapters with the verbs of MongoDB, for code that reaches below the services."""
