"""Twenty blocks of one variable; the last one is lost, the first has a thousand steps."""

print('mscope 1.1\ninfo arena value="0x500000000000-0x540000000000"')
print("site p kind=store slot=global function=f path=p src=malloc src-slot=call")
print("site z kind=store slot=global function=f path=p src-slot=null")
for i in range(20):
    print(f"@+1 alloc {0x500000000000 + 64 * i:#x} size=64 fn=malloc")
    print(f"@+1 store {0x1000 + 8 * i:#x} value={0x500000000000 + 64 * i:#x} site=p")
for i in range(501):
    print("@+1 store 0x2000 value=0x500000000000 site=p")
    print("@+1 store 0x2000 value=0 site=z")
print(f"@+1 store {0x1000 + 8 * 19:#x} value=0 site=z")
