package com.example.guard;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import id.lum.testing.contract.SubmissionGuardContract;
import java.lang.annotation.Annotation;

class OpeningHourGuardTest extends SubmissionGuardContract {
    @Override
    protected SubmissionGuard guardThatAdmits(PrincipalContext principal) {
        return guard(0);
    }

    @Override
    protected SubmissionGuard guardThatRefuses(PrincipalContext principal) {
        return guard(24);
    }

    private static SubmissionGuard guard(int opensAt) {
        return new OpeningHourGuard(new OpeningHourGuard.Config() {
            @Override
            public int opens_at() {
                return opensAt;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return OpeningHourGuard.Config.class;
            }
        });
    }
}
