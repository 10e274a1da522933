      *> Attention identifiers, for checking programs without CICS.
      *> Facts: CICS TS 5.6 reference, BMS attention identifiers;
      *> values are the codes of the 3270 data stream.
       01  DFHAID.
           05  DFHNULL    PIC X VALUE X'00'.
           05  DFHENTER   PIC X VALUE X'7D'.
           05  DFHCLEAR   PIC X VALUE X'6D'.
           05  DFHCLRP    PIC X VALUE X'6A'.
           05  DFHPEN     PIC X VALUE X'7E'.
           05  DFHOPID    PIC X VALUE X'E6'.
           05  DFHMSRE    PIC X VALUE X'E7'.
           05  DFHSTRF    PIC X VALUE X'88'.
           05  DFHTRIG    PIC X VALUE X'7F'.
           05  DFHPA1     PIC X VALUE X'6C'.
           05  DFHPA2     PIC X VALUE X'6E'.
           05  DFHPA3     PIC X VALUE X'6B'.
           05  DFHPF1     PIC X VALUE X'F1'.
           05  DFHPF2     PIC X VALUE X'F2'.
           05  DFHPF3     PIC X VALUE X'F3'.
           05  DFHPF4     PIC X VALUE X'F4'.
           05  DFHPF5     PIC X VALUE X'F5'.
           05  DFHPF6     PIC X VALUE X'F6'.
           05  DFHPF7     PIC X VALUE X'F7'.
           05  DFHPF8     PIC X VALUE X'F8'.
           05  DFHPF9     PIC X VALUE X'F9'.
           05  DFHPF10    PIC X VALUE X'7A'.
           05  DFHPF11    PIC X VALUE X'7B'.
           05  DFHPF12    PIC X VALUE X'7C'.
           05  DFHPF13    PIC X VALUE X'C1'.
           05  DFHPF14    PIC X VALUE X'C2'.
           05  DFHPF15    PIC X VALUE X'C3'.
           05  DFHPF16    PIC X VALUE X'C4'.
           05  DFHPF17    PIC X VALUE X'C5'.
           05  DFHPF18    PIC X VALUE X'C6'.
           05  DFHPF19    PIC X VALUE X'C7'.
           05  DFHPF20    PIC X VALUE X'C8'.
           05  DFHPF21    PIC X VALUE X'C9'.
           05  DFHPF22    PIC X VALUE X'4A'.
           05  DFHPF23    PIC X VALUE X'4B'.
           05  DFHPF24    PIC X VALUE X'4C'.
