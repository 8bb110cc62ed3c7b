"""Reading graphs of ComfyUI: API graphs and the interface's workflows, to one kind of graph, walked backwards."""
