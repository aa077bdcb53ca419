"""The one Spark job runner of Currents: a JSON spec in, a JSON result out, whichever runner starts it."""
