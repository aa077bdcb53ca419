class ListFiles: pass
