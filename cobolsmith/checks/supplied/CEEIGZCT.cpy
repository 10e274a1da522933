      *> Language Environment's condition tokens as condition-names: success, and what its date
      *> services answer (severity 3, message 2507 and on, facility CEE). Source: IBM z/OS Language
      *> Environment Programming Reference, "Date and time services".
           88  CEE000    VALUE X'0000000000000000'.
           88  CEE2EB    VALUE X'000309CB59C3C5C5'.
           88  CEE2EC    VALUE X'000309CC59C3C5C5'.
           88  CEE2ED    VALUE X'000309CD59C3C5C5'.
           88  CEE2EH    VALUE X'000309D159C3C5C5'.
           88  CEE2EL    VALUE X'000309D559C3C5C5'.
           88  CEE2EM    VALUE X'000309D659C3C5C5'.
           88  CEE2EO    VALUE X'000309D859C3C5C5'.
           88  CEE2EP    VALUE X'000309D959C3C5C5'.
