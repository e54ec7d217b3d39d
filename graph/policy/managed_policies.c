#include "graph/policy/managed_policies.h"

#include "ingest/policy/arn.h"
#include <string.h>

#define ALLOW(actions) "{\"Action\":[" actions "],\"Effect\":\"Allow\",\"Resource\":[\"*\"]}"
#define PASS(roles) "{\"Action\":[\"iam:PassRole\"],\"Effect\":\"Allow\",\"Resource\":[" roles "]}"
#define NOTHING "[]"

/* clang-format off */
static const struct {
    const char *name; /* behind "policy/", with its path */
    const char *statements;
} policies[] = {
    {"AdministratorAccess", "[" ALLOW("\"*\"") "]"},
    {"PowerUserAccess",
     "[{\"Effect\":\"Allow\",\"NotAction\":[\"iam:*\",\"organizations:*\",\"account:*\"],\"Resource\":[\"*\"]}]"},
    {"IAMFullAccess", "[" ALLOW("\"iam:*\",\"organizations:DescribeAccount\"") "]"},
    {"job-function/SystemAdministrator",
     "[" ALLOW("\"ec2:RunInstances\",\"lambda:*\",\"ssm:SendCommand\",\"ssm:StartSession\"") ","
     PASS("\"arn:aws:iam::*:role/rds-monitoring-role\",\"arn:aws:iam::*:role/ec2-sysadmin-*\","
          "\"arn:aws:iam::*:role/ecr-sysadmin-*\",\"arn:aws:iam::*:role/lambda-sysadmin-*\"") "]"},
    {"job-function/DatabaseAdministrator",
     "[" ALLOW("\"lambda:CreateFunction\",\"lambda:UpdateFunctionCode\",\"lambda:CreateEventSourceMapping\"") ","
     PASS("\"arn:aws:iam::*:role/rds-monitoring-role\",\"arn:aws:iam::*:role/rdbms-lambda-access\","
          "\"arn:aws:iam::*:role/lambda_exec_role\",\"arn:aws:iam::*:role/lambda-dynamodb-*\"") "]"},
    {"AWSLambda_FullAccess", "[" ALLOW("\"lambda:*\"") "," ALLOW("\"iam:PassRole\"") "]"},
    {"AmazonEC2FullAccess", "[" ALLOW("\"ec2:*\"") "]"},
    {"AWSDenyAll", "[{\"Action\":[\"*\"],\"Effect\":\"Deny\",\"Resource\":[\"*\"]}]"},
    {"ReadOnlyAccess", NOTHING},
    {"SecurityAudit", NOTHING},
    {"job-function/ViewOnlyAccess", NOTHING},
    {"job-function/Billing", NOTHING},
    {"job-function/SupportUser", NOTHING},
    {"IAMReadOnlyAccess", NOTHING},
    {"IAMUserChangePassword", NOTHING},
    {"AmazonS3FullAccess", NOTHING},
    {"AmazonS3ReadOnlyAccess", NOTHING},
    {"AmazonEC2ReadOnlyAccess", NOTHING},
    {"AmazonEC2ContainerRegistryReadOnly", NOTHING},
    {"AmazonEC2ContainerRegistryPowerUser", NOTHING},
    {"AmazonDynamoDBFullAccess", NOTHING},
    {"AmazonDynamoDBReadOnlyAccess", NOTHING},
    {"AmazonSQSFullAccess", NOTHING},
    {"AmazonSNSFullAccess", NOTHING},
    {"AmazonRDSReadOnlyAccess", NOTHING},
    {"AmazonVPCReadOnlyAccess", NOTHING},
    {"CloudWatchFullAccess", NOTHING},
    {"CloudWatchReadOnlyAccess", NOTHING},
    {"CloudWatchLogsFullAccess", NOTHING},
    {"CloudWatchLogsReadOnlyAccess", NOTHING},
    {"CloudWatchAgentServerPolicy", NOTHING},
    {"AWSCloudTrail_ReadOnlyAccess", NOTHING},
    {"AWSXRayDaemonWriteAccess", NOTHING},
    {"AWSXRayWriteOnlyAccess", NOTHING},
    {"AWSSupportAccess", NOTHING},
    {"AWSBillingReadOnlyAccess", NOTHING},
    {"AWSOrganizationsReadOnlyAccess", NOTHING},
    {"AmazonSSMManagedInstanceCore", NOTHING},
    {"AmazonSSMReadOnlyAccess", NOTHING},
    {"AmazonEKSClusterPolicy", NOTHING},
    {"AmazonEKSWorkerNodePolicy", NOTHING},
    {"AmazonEKS_CNI_Policy", NOTHING},
    {"AmazonEKSServicePolicy", NOTHING},
    {"AmazonEKSVPCResourceController", NOTHING},
    {"service-role/AWSLambdaBasicExecutionRole", NOTHING},
    {"service-role/AWSLambdaVPCAccessExecutionRole", NOTHING},
    {"service-role/AWSLambdaSQSQueueExecutionRole", NOTHING},
    {"service-role/AWSLambdaDynamoDBExecutionRole", NOTHING},
    {"service-role/AWSLambdaKinesisExecutionRole", NOTHING},
    {"service-role/AmazonECSTaskExecutionRolePolicy", NOTHING},
    {"service-role/AmazonEC2ContainerServiceforEC2Role", NOTHING},
    {"service-role/AWS_ConfigRole", NOTHING},
    {"service-role/AmazonRDSEnhancedMonitoringRole", NOTHING},
    {"service-role/AmazonEBSCSIDriverPolicy", NOTHING},
    {"service-role/AWSGlueServiceRole", NOTHING},
    {"service-role/AmazonAPIGatewayPushToCloudWatchLogs", NOTHING},
    {"aws-service-role/AWSSupportServiceRolePolicy", NOTHING},
    {"aws-service-role/AWSTrustedAdvisorServiceRolePolicy", NOTHING},
    {"aws-service-role/AWSOrganizationsServiceTrustPolicy", NOTHING},
};
/* clang-format on */

const char *managed_policy_statements(const char *arn)
{
    const char *name = arn_aws_managed_policy(arn);
    if (name == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (strcmp(policies[i].name, name) == 0)
            return policies[i].statements;
    return NULL;
}
