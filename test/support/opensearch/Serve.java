import static org.codelibs.opensearch.runner.OpenSearchRunner.newConfigs;

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of OpenSearch: Serve.java DIRECTORY PORT. */
public class Serve {
    public static void main(String[] args) throws InterruptedException {
        new OpenSearchRunner()
            .onBuild((number, settings) -> {
                settings.put("discovery.type", "single-node");
                settings.put("network.host", "127.0.0.1");
                settings.put("http.port", args[1]);
                settings.put("transport.port", "0");
                settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            })
            .build(newConfigs().baseHttpPort(9200).numOfNode(1).basePath(args[0]));
        Thread.currentThread().join(); // nothing else keeps the process
    }
}
