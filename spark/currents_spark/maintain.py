class Maintain: pass
