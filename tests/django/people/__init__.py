"""An application's own people: companies, profiles, and a user model's companions."""
