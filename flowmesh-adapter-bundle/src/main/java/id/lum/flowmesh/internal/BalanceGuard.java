package id.lum.flowmesh.internal;

import id.lum.flowmesh.internal.billing.BalanceCheck;
import id.lum.hooks.Hook;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Allows a submission if the balance suffices. Registered while billing and the guard are on. */
@Component(service = SubmissionGuard.class, immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class BalanceGuard implements SubmissionGuard {
    private final BalanceCheck check;

    /** @param check asks Runmesh */
    @Activate
    public BalanceGuard(@Reference BalanceCheck check) {
        this.check = check;
    }

    @Override
    public void check(PrincipalContext principal) {
        check.check(principal);
    }
}
