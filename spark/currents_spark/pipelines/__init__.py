"""
Pipelines of this repository: one package each, whose `definition.py` declares a `Pipeline` as PIPELINE.

Others are found in the folders of CURRENTS_PIPELINE_FOLDERS (see runner/registry.py).
"""
