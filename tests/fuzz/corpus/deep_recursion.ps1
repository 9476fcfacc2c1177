function f { f }; f
