// maker.cpp - a library in C++ that MemScope does not compile: what it makes it wants back.

extern "C" char *maker_make() { return new char[24](); }

extern "C" void maker_take_back(char *made) { delete[] made; }
