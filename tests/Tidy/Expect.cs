namespace Tidy;

/// <summary>How rules fail: every finding on a line of its own, in a form that editors turn into a link.</summary>
public static class Expect
{
    public static void Nothing(IEnumerable<Finding> findings)
    {
        var lines = findings.Select(f => f.ToString()).Order(StringComparer.Ordinal).ToList();
        if (lines.Count > 0)
        {
            Assert.Fail(string.Join('\n', lines));
        }
    }

    /// <summary>The rule bites: exactly one finding, on this line, saying this.</summary>
    public static void One(IEnumerable<Finding> findings, int line, string saying)
    {
        var all = findings.ToList();
        Assert.That(all, Has.Count.EqualTo(1), () => string.Join('\n', all));
        Assert.That(all[0].Line, Is.EqualTo(line));
        Assert.That(all[0].Message, Does.Contain(saying));
    }
}
