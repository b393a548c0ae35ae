package id.lum.demo.internal;

import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deals the nodes of a graph, in topological order, to the workers in turn; every worker is in the plan. */
final class RoundRobinOptimizer implements Optimizer {
    private static final Logger LOG = LoggerFactory.getLogger(RoundRobinOptimizer.class);

    private final String host;

    RoundRobinOptimizer(String host) {
        this.host = host;
    }

    @Override
    public Schedule schedule(ScheduleRequest request, String bearer) {
        List<String> workers = request.workerNames();
        List<String> nodes = request.graph().topologicalOrder();
        Map<String, List<String>> plan = new LinkedHashMap<>();
        workers.forEach(worker -> plan.put(worker, new ArrayList<>()));
        for (int i = 0; i < nodes.size(); i++) {
            plan.get(workers.get(i % workers.size())).add(nodes.get(i));
        }
        LOG.info("{}: planned {} nodes for {} workers.", host, nodes.size(), plan.size());
        return new Schedule(plan);
    }
}
