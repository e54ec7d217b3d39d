#include "ingest/policy/services.h"

#include "ingest/support/likeness.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SAYS SERVICE_SAYS_FOR_WHOM
#define ACTS SERVICE_HAS_ACTIONS

/* Sorted by name. */
static const struct service services[] = {
    {"a2c", ACTS},
    {"a4b", ACTS},
    {"access-analyzer", ACTS},
    {"access-grants.s3", SAYS},
    {"account", ACTS},
    {"account-access", ACTS},
    {"acm", ACTS},
    {"acm-pca", ACTS},
    {"aco-automation", ACTS},
    {"action-recommendations", ACTS},
    {"activate", ACTS},
    {"agent-registry", ACTS},
    {"agentaccess-mcp", ACTS},
    {"aidevops", ACTS},
    {"aiops", SAYS | ACTS},
    {"airflow", SAYS | ACTS},
    {"airflow-env", 0},
    {"airflow-serverless", ACTS},
    {"amplify", SAYS | ACTS},
    {"amplifybackend", ACTS},
    {"amplifyuibuilder", ACTS},
    {"aoss", ACTS},
    {"apidestinations.events", 0},
    {"apigateway", SAYS | ACTS},
    {"app-integrations", ACTS},
    {"appconfig", SAYS | ACTS},
    {"appfabric", SAYS | ACTS},
    {"appflow", SAYS | ACTS},
    {"application-autoscaling", ACTS},
    {"application-cost-profiler", ACTS},
    {"application-insights", 0},
    {"application-signals", ACTS},
    {"application-signals-mcp", ACTS},
    {"application-signals.cloudwatch", 0},
    {"application-transformation", ACTS},
    {"applicationinsights", ACTS},
    {"appmesh", ACTS},
    {"appmesh-preview", ACTS},
    {"apprunner", ACTS},
    {"appstream", ACTS},
    {"appstudio", ACTS},
    {"appsync", SAYS | ACTS},
    {"apptest", ACTS},
    {"aps", ACTS},
    {"arc-region-switch", ACTS},
    {"arc-zonal-shift", ACTS},
    {"arsenal", ACTS},
    {"artifact", ACTS},
    {"artifact-account-sync", 0},
    {"athena", ACTS},
    {"auditmanager", ACTS},
    {"autoscaling", ACTS},
    {"autoscaling-plans", ACTS},
    {"aws-external-anthropic", ACTS},
    {"aws-marketplace", ACTS},
    {"aws-marketplace-management", ACTS},
    {"aws-portal", ACTS},
    {"awsconnector", ACTS},
    {"b2bi", SAYS | ACTS},
    {"backup", SAYS | ACTS},
    {"backup-gateway", ACTS},
    {"backup-search", ACTS},
    {"backup-storage", ACTS},
    {"batch", ACTS},
    {"batchoperations.s3", SAYS},
    {"bcm-dashboards", ACTS},
    {"bcm-data-exports", SAYS | ACTS},
    {"bcm-pricing-calculator", ACTS},
    {"bcm-recommended-actions", ACTS},
    {"bedrock", SAYS | ACTS},
    {"bedrock-agentcore", SAYS | ACTS},
    {"bedrock-mantle", ACTS},
    {"bedrock-websearch", ACTS},
    {"billing", ACTS},
    {"billingconductor", ACTS},
    {"billingconsole", 0},
    {"braket", ACTS},
    {"budgets", SAYS | ACTS},
    {"bugbust", ACTS},
    {"build.apprunner", SAYS},
    {"cases", ACTS},
    {"cassandra", ACTS},
    {"cassandra-streams", 0},
    {"ce", ACTS},
    {"channels.lex", 0},
    {"chatbot", SAYS | ACTS},
    {"chime", ACTS},
    {"cleanrooms", SAYS | ACTS},
    {"cleanrooms-ml", SAYS | ACTS},
    {"cloud9", ACTS},
    {"clouddirectory", ACTS},
    {"cloudformation", ACTS},
    {"cloudfront", ACTS},
    {"cloudfront-keyvaluestore", ACTS},
    {"cloudhsm", ACTS},
    {"cloudsearch", ACTS},
    {"cloudshell", ACTS},
    {"cloudtrail", SAYS | ACTS},
    {"cloudtrail-data", ACTS},
    {"cloudwatch", ACTS},
    {"codeartifact", ACTS},
    {"codebuild", SAYS | ACTS},
    {"codecatalyst", ACTS},
    {"codecatalyst-runner", 0},
    {"codecommit", ACTS},
    {"codeconnections", ACTS},
    {"codedeploy", SAYS | ACTS},
    {"codedeploy-commands-secure", ACTS},
    {"codeguru", ACTS},
    {"codeguru-profiler", ACTS},
    {"codeguru-reviewer", ACTS},
    {"codeguru-security", ACTS},
    {"codepipeline", SAYS | ACTS},
    {"codestar", ACTS},
    {"codestar-connections", ACTS},
    {"codestar-notifications", ACTS},
    {"codewhisperer", ACTS},
    {"cognito-identity", ACTS},
    {"cognito-identity-us-gov", 0},
    {"cognito-idp", SAYS | ACTS},
    {"cognito-sync", SAYS | ACTS},
    {"comprehend", SAYS | ACTS},
    {"comprehendmedical", SAYS | ACTS},
    {"compute-optimizer", ACTS},
    {"config", SAYS | ACTS},
    {"config-conforms", 0},
    {"config-multiaccountsetup", 0},
    {"connect", SAYS | ACTS},
    {"connect-campaigns", ACTS},
    {"consoleapp", ACTS},
    {"consolidatedbilling", ACTS},
    {"contact-lens", 0},
    {"controlcatalog", ACTS},
    {"controltower", SAYS | ACTS},
    {"cost-optimization-hub", ACTS},
    {"cost-optimization-hub.bcm", 0},
    {"credentials.deadline", SAYS},
    {"credentials.iot", 0},
    {"cur", ACTS},
    {"customer-verification", ACTS},
    {"databrew", SAYS | ACTS},
    {"dataexchange", ACTS},
    {"datapipeline", ACTS},
    {"datasync", SAYS | ACTS},
    {"datazone", SAYS | ACTS},
    {"dax", ACTS},
    {"dbqms", ACTS},
    {"deadline", SAYS | ACTS},
    {"deepcomposer", ACTS},
    {"deeplens", ACTS},
    {"deepracer", ACTS},
    {"delivery.logs", SAYS},
    {"detective", ACTS},
    {"devicefarm", ACTS},
    {"devops-guru", ACTS},
    {"diode", 0},
    {"directconnect", ACTS},
    {"discovery", ACTS},
    {"dlm", SAYS | ACTS},
    {"dms", SAYS | ACTS},
    {"dms-data-migrations", SAYS},
    {"docdb-elastic", ACTS},
    {"drs", ACTS},
    {"ds", SAYS | ACTS},
    {"ds-data", ACTS},
    {"dsql", ACTS},
    {"dynamodb", ACTS},
    {"ebs", ACTS},
    {"ec2", ACTS},
    {"ec2-images", 0},
    {"ec2-instance-connect", ACTS},
    {"ec2fastlaunch", 0},
    {"ec2fleet", 0},
    {"ec2messages", ACTS},
    {"ec2scheduled", 0},
    {"ec2sqlha", 0},
    {"ecr", ACTS},
    {"ecr-public", ACTS},
    {"ecs", ACTS},
    {"ecs-mcp", ACTS},
    {"ecs-tasks", SAYS},
    {"edgelambda", 0},
    {"eks", ACTS},
    {"eks-auth", ACTS},
    {"eks-connector", 0},
    {"eks-fargate", SAYS},
    {"eks-fargate-pods", 0},
    {"eks-mcp", ACTS},
    {"elastic-inference", ACTS},
    {"elasticache", ACTS},
    {"elasticbeanstalk", SAYS | ACTS},
    {"elasticfilesystem", ACTS},
    {"elasticloadbalancing", ACTS},
    {"elasticmapreduce", SAYS | ACTS},
    {"elastictranscoder", ACTS},
    {"elemental-activations", ACTS},
    {"elemental-appliances-software", ACTS},
    {"elemental-inference", ACTS},
    {"elemental-support-cases", ACTS},
    {"elemental-support-content", ACTS},
    {"email", 0},
    {"emr-containers", ACTS},
    {"emr-serverless", ACTS},
    {"entityresolution", SAYS | ACTS},
    {"es", ACTS},
    {"events", SAYS | ACTS},
    {"eventsbilltoaws", ACTS},
    {"evidently", ACTS},
    {"evs", ACTS},
    {"execute-api", ACTS},
    {"export.rds", SAYS},
    {"finops-agent", ACTS},
    {"finspace", ACTS},
    {"finspace-api", ACTS},
    {"firehose", SAYS | ACTS},
    {"fis", SAYS | ACTS},
    {"fms", ACTS},
    {"forecast", SAYS | ACTS},
    {"frauddetector", SAYS | ACTS},
    {"freertos", ACTS},
    {"freetier", ACTS},
    {"fsx", ACTS},
    {"gamelift", SAYS | ACTS},
    {"gameliftstreams", ACTS},
    {"gamesparks", ACTS},
    {"geo", ACTS},
    {"geo-maps", ACTS},
    {"geo-places", ACTS},
    {"geo-routes", ACTS},
    {"glacier", ACTS},
    {"globalaccelerator", ACTS},
    {"glue", ACTS},
    {"grafana", SAYS | ACTS},
    {"greengrass", SAYS | ACTS},
    {"groundstation", SAYS | ACTS},
    {"groundtruthlabeling", ACTS},
    {"guardduty", SAYS | ACTS},
    {"health", ACTS},
    {"health-agent", ACTS},
    {"healthlake", SAYS | ACTS},
    {"honeycode", ACTS},
    {"hooks.cloudformation", SAYS},
    {"iam", ACTS},
    {"identity-sync", ACTS},
    {"identitystore", ACTS},
    {"identitystore-auth", ACTS},
    {"imagebuilder", SAYS | ACTS},
    {"importexport", ACTS},
    {"inspector", ACTS},
    {"inspector-scan", ACTS},
    {"inspector2", ACTS},
    {"inspector2-telemetry", ACTS},
    {"interconnect", ACTS},
    {"internetmonitor", ACTS},
    {"invoicing", ACTS},
    {"iot", SAYS | ACTS},
    {"iot-device-tester", ACTS},
    {"iot1click", ACTS},
    {"iotanalytics", SAYS | ACTS},
    {"iotdeviceadvisor", ACTS},
    {"iotevents", SAYS | ACTS},
    {"iotfleethub", ACTS},
    {"iotfleetwise", SAYS | ACTS},
    {"iotjobsdata", ACTS},
    {"iotmanagedintegrations", SAYS | ACTS},
    {"iotroborunner", ACTS},
    {"iotsitewise", SAYS | ACTS},
    {"iotthingsgraph", ACTS},
    {"iottwinmaker", SAYS | ACTS},
    {"iotwireless", SAYS | ACTS},
    {"iq", ACTS},
    {"iq-permission", ACTS},
    {"ivs", SAYS | ACTS},
    {"ivschat", ACTS},
    {"kafka", ACTS},
    {"kafka-cluster", ACTS},
    {"kafkaconnect", SAYS | ACTS},
    {"kendra", SAYS | ACTS},
    {"kendra-ranking", ACTS},
    {"kinesis", ACTS},
    {"kinesisanalytics", SAYS | ACTS},
    {"kinesisvideo", ACTS},
    {"kms", ACTS},
    {"lakeformation", SAYS | ACTS},
    {"lambda", ACTS},
    {"launchwizard", ACTS},
    {"lex", ACTS},
    {"lexv2", SAYS},
    {"license-manager", ACTS},
    {"license-manager-linux-subscriptions", ACTS},
    {"license-manager-user-subscriptions", ACTS},
    {"lightsail", ACTS},
    {"logger.cloudfront", 0},
    {"logs", SAYS | ACTS},
    {"lookoutequipment", SAYS | ACTS},
    {"lookoutmetrics", SAYS | ACTS},
    {"lookoutvision", ACTS},
    {"m2", SAYS | ACTS},
    {"machinelearning", SAYS | ACTS},
    {"macie", ACTS},
    {"macie2", ACTS},
    {"managedblockchain", ACTS},
    {"managedblockchain-query", ACTS},
    {"managedservices", 0},
    {"management.chatbot", SAYS},
    {"mapcredits", ACTS},
    {"marketplace", ACTS},
    {"marketplacecommerceanalytics", ACTS},
    {"mechanicalturk", ACTS},
    {"media-access", 0},
    {"mediaconnect", SAYS | ACTS},
    {"mediaconvert", SAYS | ACTS},
    {"mediaimport", ACTS},
    {"medialive", SAYS | ACTS},
    {"mediapackage", SAYS | ACTS},
    {"mediapackage-vod", ACTS},
    {"mediapackagev2", SAYS | ACTS},
    {"mediastore", ACTS},
    {"mediatailor", SAYS | ACTS},
    {"medical-imaging", SAYS | ACTS},
    {"member.org.stacksets.cloudformation", 0},
    {"memorydb", ACTS},
    {"metering-marketplace", 0},
    {"mgh", ACTS},
    {"mgn", ACTS},
    {"migrationhub", 0},
    {"migrationhub-orchestrator", ACTS},
    {"migrationhub-strategy", ACTS},
    {"mobileanalytics", ACTS},
    {"mobilehub", ACTS},
    {"mobiletargeting", ACTS},
    {"monitor", 0},
    {"monitoring", 0},
    {"monitoring.rds", SAYS},
    {"monitron", ACTS},
    {"mpa", ACTS},
    {"mq", ACTS},
    {"mturk-requester", 0},
    {"neptune", 0},
    {"neptune-db", ACTS},
    {"neptune-graph", SAYS | ACTS},
    {"network-firewall", ACTS},
    {"network-security-director", ACTS},
    {"network-security-manager", ACTS},
    {"networkflowmonitor", ACTS},
    {"networkmanager", ACTS},
    {"networkmanager-chat", ACTS},
    {"networkmonitor", ACTS},
    {"nimble", SAYS | ACTS},
    {"notifications", SAYS | ACTS},
    {"notifications-contacts", ACTS},
    {"nova-act", ACTS},
    {"oam", ACTS},
    {"observabilityadmin", SAYS | ACTS},
    {"odb", ACTS},
    {"omics", SAYS | ACTS},
    {"one", ACTS},
    {"opensearch", ACTS},
    {"opensearchserverless", 0},
    {"opensearchservice", SAYS},
    {"ops.apigateway", 0},
    {"ops.emr-serverless", 0},
    {"opsworks", SAYS | ACTS},
    {"opsworks-cm", ACTS},
    {"organizations", ACTS},
    {"osis", SAYS | ACTS},
    {"osis-pipelines", SAYS},
    {"outposts", ACTS},
    {"panorama", SAYS | ACTS},
    {"partnercentral", ACTS},
    {"partnercentral-account-management", ACTS},
    {"partnercentral-selling", 0},
    {"payment-cryptography", ACTS},
    {"payments", ACTS},
    {"pca-connector-ad", ACTS},
    {"pca-connector-scep", ACTS},
    {"pcs", ACTS},
    {"personalize", SAYS | ACTS},
    {"pi", ACTS},
    {"pinpoint", SAYS},
    {"pipes", SAYS | ACTS},
    {"pods.eks", 0},
    {"polly", ACTS},
    {"pricing", ACTS},
    {"pricingplanmanager", ACTS},
    {"private-networks", ACTS},
    {"profile", SAYS | ACTS},
    {"proton", SAYS | ACTS},
    {"purchase-orders", ACTS},
    {"purchaseorders", 0},
    {"q", SAYS | ACTS},
    {"qapps", ACTS},
    {"qbusiness", SAYS | ACTS},
    {"qdeveloper", ACTS},
    {"qldb", SAYS | ACTS},
    {"quicksight", SAYS | ACTS},
    {"ram", ACTS},
    {"rbin", ACTS},
    {"rds", SAYS | ACTS},
    {"rds-data", ACTS},
    {"rds-db", ACTS},
    {"rds-preview", 0},
    {"redshift", SAYS | ACTS},
    {"redshift-data", ACTS},
    {"redshift-serverless", SAYS | ACTS},
    {"refactor-spaces", ACTS},
    {"rekognition", SAYS | ACTS},
    {"replicator.lambda", 0},
    {"repostspace", ACTS},
    {"researchstudio", ACTS},
    {"resilience-hub", SAYS},
    {"resiliencehub", SAYS | ACTS},
    {"resource-explorer", ACTS},
    {"resource-explorer-2", ACTS},
    {"resource-groups", SAYS | ACTS},
    {"resources.cloudformation", SAYS},
    {"rhelkb", ACTS},
    {"robomaker", SAYS | ACTS},
    {"rolesanywhere", ACTS},
    {"route53", ACTS},
    {"route53-recovery-cluster", ACTS},
    {"route53-recovery-control-config", ACTS},
    {"route53-recovery-readiness", ACTS},
    {"route53domains", ACTS},
    {"route53globalresolver", ACTS},
    {"route53profiles", ACTS},
    {"route53resolver", ACTS},
    {"rtbfabric", ACTS},
    {"rum", ACTS},
    {"s3", SAYS | ACTS},
    {"s3-object-lambda", ACTS},
    {"s3-outposts", ACTS},
    {"s3express", ACTS},
    {"s3files", ACTS},
    {"s3tables", ACTS},
    {"s3vectors", ACTS},
    {"sagemaker", SAYS | ACTS},
    {"sagemaker-data-science-assistant", ACTS},
    {"sagemaker-geospatial", SAYS | ACTS},
    {"sagemaker-groundtruth-synthetic", ACTS},
    {"sagemaker-mlflow", ACTS},
    {"sagemaker-unified-studio-mcp", ACTS},
    {"savingsplans", ACTS},
    {"scheduler", SAYS | ACTS},
    {"schemas", ACTS},
    {"scn", SAYS | ACTS},
    {"sdb", ACTS},
    {"secretsmanager", ACTS},
    {"security-ir", ACTS},
    {"securityagent", ACTS},
    {"securityhub", ACTS},
    {"securityhubv2", 0},
    {"securitylake", SAYS | ACTS},
    {"serverlessrepo", ACTS},
    {"servicecatalog", SAYS | ACTS},
    {"servicecatalog-appregistry", 0},
    {"servicediscovery", ACTS},
    {"serviceextract", ACTS},
    {"servicequotas", ACTS},
    {"ses", SAYS | ACTS},
    {"shield", ACTS},
    {"signer", ACTS},
    {"signin", ACTS},
    {"simspaceweaver", SAYS | ACTS},
    {"sms", SAYS | ACTS},
    {"sms-voice", SAYS | ACTS},
    {"snow-device-management", ACTS},
    {"snowball", ACTS},
    {"sns", SAYS | ACTS},
    {"social-messaging", ACTS},
    {"spot", 0},
    {"spotfleet", 0},
    {"sqlworkbench", ACTS},
    {"sqs", ACTS},
    {"ssm", SAYS | ACTS},
    {"ssm-contacts", ACTS},
    {"ssm-guiconnect", SAYS | ACTS},
    {"ssm-incidents", SAYS | ACTS},
    {"ssm-quicksetup", SAYS | ACTS},
    {"ssm-sap", ACTS},
    {"ssmmessages", ACTS},
    {"sso", ACTS},
    {"sso-directory", ACTS},
    {"sso-oauth", ACTS},
    {"stacksets.cloudformation", 0},
    {"states", SAYS | ACTS},
    {"storagegateway", SAYS | ACTS},
    {"streams.metrics.cloudwatch", SAYS},
    {"sts", ACTS},
    {"sumerian", ACTS},
    {"supplychain", 0},
    {"support", ACTS},
    {"support-console", ACTS},
    {"supportapp", SAYS | ACTS},
    {"supportauthz", ACTS},
    {"supportplans", ACTS},
    {"sustainability", ACTS},
    {"swf", ACTS},
    {"synthetics", ACTS},
    {"tag", ACTS},
    {"tasks.apprunner", SAYS},
    {"tax", ACTS},
    {"textract", SAYS | ACTS},
    {"thinclient", ACTS},
    {"timestream", SAYS | ACTS},
    {"timestream-influxdb", ACTS},
    {"tiros", ACTS},
    {"tnb", SAYS | ACTS},
    {"transcribe", SAYS | ACTS},
    {"transcribe.streaming", 0},
    {"transfer", SAYS | ACTS},
    {"transform", ACTS},
    {"transform-custom", ACTS},
    {"transitgateway", 0},
    {"translate", SAYS | ACTS},
    {"trustedadvisor", ACTS},
    {"ts", ACTS},
    {"tts", 0},
    {"user-notifications", 0},
    {"user-subscriptions", ACTS},
    {"uxc", ACTS},
    {"vendor-insights", ACTS},
    {"verified-access", ACTS},
    {"verifiedpermissions", ACTS},
    {"vmie", SAYS},
    {"voiceconnector.chime", 0},
    {"voiceid", SAYS | ACTS},
    {"vpc-flow-logs", SAYS},
    {"vpc-lattice", ACTS},
    {"vpc-lattice-svcs", ACTS},
    {"vpce", ACTS},
    {"waf", ACTS},
    {"waf-regional", ACTS},
    {"wafv2", ACTS},
    {"wam", ACTS},
    {"wellarchitected", SAYS | ACTS},
    {"wickr", ACTS},
    {"wisdom", ACTS},
    {"workdocs", ACTS},
    {"worklink", ACTS},
    {"workmail", ACTS},
    {"workmailmessageflow", ACTS},
    {"workspaces", ACTS},
    {"workspaces-instances", ACTS},
    {"workspaces-thin-client", 0},
    {"workspaces-web", ACTS},
    {"xray", ACTS},
    {"zocalo", ACTS},
};

#define SERVICES (sizeof services / sizeof services[0])
#define LONGEST 128

/* For aws and aws-us-gov, aws-cn, and other partitions. Source:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html and the SDKs' partitions.json */
static const char *const suffixes[] = {".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu",  ".c2s.ic.gov",
                                       ".sc2s.sgov.gov", ".cloud.adc-e.uk",   ".csp.hci.ic.gov"};

static int compare_names(const void *name, const void *service)
{
    return strcmp(name, ((const struct service *)service)->name);
}

static const struct service *find_name(const char *name)
{
    return bsearch(name, services, SERVICES, sizeof *services, compare_names);
}

/* us-east-1, us-gov-west-1, cn-north-1, eusc-de-east-1: two letters (or eusc), other parts, a digit at the end. Names
 * such as resource-explorer-2 are not regions. */
static bool is_region(const char *text, size_t length)
{
    size_t dashes = 0;
    for (size_t i = 0; i < length; i++) {
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) && text[i] != '-')
            return false;
        dashes += text[i] == '-';
    }
    bool begins = length > 5 && (text[2] == '-' || strncmp(text, "eusc-", 5) == 0);
    return begins && dashes >= 2 && islower((unsigned char)text[0]) && islower((unsigned char)text[1]) &&
           isdigit((unsigned char)text[length - 1]) && text[length - 2] == '-';
}

/* 0: it ends with none of them. */
static size_t length_before_suffix(const char *principal)
{
    size_t length = strlen(principal);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t end = strlen(suffixes[i]);
        if (length > end && strcmp(principal + length - end, suffixes[i]) == 0)
            return length - end;
    }
    return 0;
}

/* The name before the suffix, without regions. False: not the name of a service. */
static bool base_name(const char *principal, char name[LONGEST])
{
    size_t length = length_before_suffix(principal), out = 0;
    if (length == 0 || length >= LONGEST)
        return false;
    for (size_t at = 0; at < length;) {
        size_t label = strcspn(principal + at, ".");
        if (label > length - at)
            label = length - at;
        if (!is_region(principal + at, label)) {
            if (out > 0)
                name[out++] = '.';
            memcpy(name + out, principal + at, label);
            out += label;
        }
        at += label + 1;
    }
    name[out] = '\0';
    return out > 0;
}

const struct service *service_find(const char *principal)
{
    char name[LONGEST];
    if (!base_name(principal, name))
        return NULL;
    const struct service *service = find_name(name);
    char *labels = name;
    for (const char *label; service == NULL && (label = strrchr(labels, '.')) != NULL; name[label - name] = '\0')
        service = find_name(label + 1);
    return service != NULL ? service : find_name(name);
}

/* The part before a mistyped or missing suffix, such as ".amazonaws.co". */
static bool beginning(const char *principal, char name[LONGEST])
{
    size_t length = strcspn(principal, ".");
    if (length == 0 || length >= LONGEST || (principal[length] != '\0' && strstr(principal + length, ".ama") == NULL))
        return false;
    memcpy(name, principal, length);
    name[length] = '\0';
    return true;
}

const char *service_nearest(const char *principal)
{
    const char *names[SERVICES];
    char name[LONGEST];
    if (!base_name(principal, name) && !beginning(principal, name))
        return NULL;
    for (size_t i = 0; i < SERVICES; i++)
        names[i] = services[i].name;
    return nearest_name(name, names, SERVICES);
}

/* As strcmp of the folded name. */
static int compare_folded(const char *name, size_t length, const char *service)
{
    for (size_t i = 0; i < length; i++) {
        const char c = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
        if (c != service[i])
            return (unsigned char)c < (unsigned char)service[i] ? -1 : 1;
    }
    return service[length] == '\0' ? 0 : -1;
}

bool service_has_actions(const char *name, size_t length)
{
    size_t low = 0, high = SERVICES;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_folded(name, length, services[middle].name);
        if (order == 0)
            return (services[middle].traits & SERVICE_HAS_ACTIONS) != 0;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

const char *service_nearest_with_actions(const char *name)
{
    const char *names[SERVICES];
    size_t count = 0;
    for (size_t i = 0; i < SERVICES; i++)
        if ((services[i].traits & SERVICE_HAS_ACTIONS) != 0)
            names[count++] = services[i].name;
    return nearest_name_close(name, names, count);
}
